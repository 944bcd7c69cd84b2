"""A loop inside a traced function whose number of turns depends on numbers.

    while cond(x): x = body(x)          ->     %3 = while_loop %x %limit   (two graphs inside)

The condition and the body are traced into graphs of their own. What they use of the function
around them (symbolic tensors, variables) becomes further inputs of the loop; variables that the
body assigns are carried from turn to turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.graph.effects import Effect, all_of, does_nothing
from geartrain.graph.evaluate import evaluate
from geartrain.graph.graph import Graph, Node
from geartrain.graph.inner import check_kept, specs_of, trace_inner
from geartrain.graph.trace import Tracer
from geartrain.primitives.primitive import Bundle, Cost, Cotangents, Sample, Several, Spec, bind
from geartrain.tensor import Array, Tensor, Variable, current_interpreter
from geartrain.tensor.dtypes import BOOL


class While(Several):
    """The values that `body` makes of the inputs, again and again while `cond` of them holds.

    The inputs are the loop's values, then what `cond` captured, then what `body` captured. The
    loop's definition is the traced program's own: it is no gear, and is not listed with them.
    """

    name = "while_loop"

    def infer(self, *inputs: Spec, cond: Graph, body: Graph, **parameters: Any) -> Bundle:
        count = len(body.outputs)
        check_kept(inputs[:count], body.outputs)
        return Bundle.of(*inputs[:count])

    def evaluate(
        self, *inputs: Array, cond: Graph, body: Graph, limit: int | None, **parameters: Any
    ) -> tuple[Array, ...]:
        count, of_cond = len(body.outputs), len(cond.inputs)
        values, rest = list(inputs[:count]), inputs[count:]
        for_cond, for_body = rest[: of_cond - count], rest[of_cond - count :]
        turns = 0
        while (limit is None or turns < limit) and bool(
            np.all(evaluate(cond, [*values, *for_cond])[0])
        ):
            values = evaluate(body, [*values, *for_body])
            turns += 1
        return tuple(values)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        raise NotImplementedError("the naive interpreter runs Python's own `while`")

    def gradient(
        self, cotangent: Any, inputs: tuple[Tensor, ...], output: Any, **parameters: Any
    ) -> Cotangents:
        from geartrain.graph.while_gradient import while_gradient  # which makes a scan of the loop

        tracer = next(x.value.interpreter for x in inputs if isinstance(x.value, Node))
        limit = parameters["limit"]
        if limit is None or not isinstance(tracer, Tracer):
            raise NotImplementedError(_gradient_message())
        graphs = parameters["cond"], parameters["body"]
        return while_gradient(cotangent, inputs, *graphs, limit, tracer)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        raise NotImplementedError("how often a loop turns is known when it has run")

    def samples(self) -> Iterator[Sample]:
        yield from ()


WHILE = While()
AFTER = Effect("after")  # what follows a loop with effects in it


def traced_while(
    tracer: Tracer,
    cond: Callable[..., Sequence[Tensor]],
    body: Callable[..., Sequence[Tensor]],
    values: Sequence[Tensor],
    limit: int | None,
) -> tuple[Tensor, ...]:
    """Write a loop down in the function that `tracer` traces.

    Variables that the body assigns are carried, too. In a branch that is traced beside another
    (`tracer.conditions`) the loop turns only where the branch is the one that is taken.
    """
    carried = len(values)
    second = trace_inner(body, specs_of(values), tracer, carried=carried, assigns=True)
    variables, before = tuple(second.assigned), tuple(second.assigned.values())

    def condition(*inputs: Tensor) -> Sequence[Tensor]:
        with holding(variables, inputs[carried:]):
            return _where_taken(cond(*inputs[:carried]), tracer)

    starts = (*values, *before)
    first = trace_inner(condition, specs_of(starts), tracer, carried=len(starts))
    found: tuple[Tensor, ...] = bind(
        WHILE,
        *starts,
        *first.captured,
        *second.captured,
        cond=first.graph,
        body=second.graph,
        limit=limit,
    )
    for variable, value in zip(variables, found[carried:], strict=True):
        variable.assign(value)
    if first.graph.effects or second.graph.effects:
        tracer.act(AFTER, does_nothing, found[:1])
    return found[:carried]


@contextmanager
def holding(variables: Sequence[Variable], values: Sequence[Tensor]) -> Iterator[None]:
    """Inside, variables that a traced function reads have these values."""
    tracer = current_interpreter()
    if not isinstance(tracer, Tracer):
        raise TypeError("only what is being traced holds values in place of variables")
    tracer.updates = {v: tracer.node(x) for v, x in zip(variables, values, strict=True)}
    try:
        yield
    finally:
        tracer.updates = {}


def _where_taken(outputs: Sequence[Tensor], tracer: Tracer) -> Sequence[Tensor]:
    """The condition of a loop, false in a branch that is not taken: it might never end."""
    if not tracer.conditions:
        return outputs
    one = primitives.reshape(outputs[0], shape=())
    holds = one if one.dtype == BOOL else primitives.cast(one, dtype=BOOL)
    return [primitives.logical_and(all_of(tracer.conditions), holds)]


def _gradient_message() -> str:
    return explain(
        "A traced loop has no derivative in reverse mode",
        given="while_loop in a compiled function, whose number of turns depends on numbers",
        expected="a number that the turns do not exceed, or a loop that runs eagerly",
        remedy="while_loop(..., maximum_iterations=100), or ops.scan; or run_eagerly=True",
    )

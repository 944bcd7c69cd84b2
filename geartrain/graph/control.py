"""A loop inside a traced function whose number of turns depends on numbers.

    while cond(x): x = body(x)          ->     %3 = while_loop %x %limit   (two graphs inside)

The condition and the body are traced into graphs of their own. What they use of the function
around them (symbolic tensors, variables) becomes further inputs of the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.graph.effects import Effect, does_nothing
from geartrain.graph.evaluate import evaluate
from geartrain.graph.graph import Graph, Node, Role
from geartrain.graph.trace import Tracer
from geartrain.primitives.primitive import (
    Bundle,
    Cost,
    Cotangents,
    Sample,
    Several,
    Spec,
    bind,
    spec_of,
)
from geartrain.tensor import Array, Tensor, Variable, interpreting


class InnerTracer(Tracer):
    """Traces a function inside of a traced one; what it takes from outside becomes an input."""

    def __init__(self) -> None:
        super().__init__()
        self.captured: dict[Node, Node] = {}

    def node(self, tensor: Tensor) -> Node:
        """The node of a tensor; one of the function around is captured."""
        value = tensor.value
        if isinstance(value, Node) and value.tracer is not self:
            if value not in self.captured:
                label = value.label or "captured"
                self.captured[value] = Node(Role.INPUT, value.spec, label=label, tracer=self)
            return self.captured[value]
        return super().node(tensor)

    def read(self, variable: Variable) -> Tensor:
        """A variable is read outside, once, and captured."""
        if variable not in self.reads:
            with interpreting(self.outside):
                self.reads[variable] = self.node(variable.value)
        return Tensor(self.reads[variable])

    def assign(self, variable: Variable, value: Tensor) -> None:
        raise TypeError(_assign_message(variable))

    def token(self) -> Tensor:
        """What the last effect gave: the first one here follows the last one outside."""
        return super().token() if self.effects else self.outside.token()

    outside: Tracer


@dataclass(frozen=True, eq=False)
class Body:
    """A function of a loop as a graph: its own inputs first, then what it captured."""

    graph: Graph
    captured: tuple[Node, ...]


def trace_body(
    function: Callable[..., Sequence[Tensor]], specs: Sequence[Spec], outside: Tracer
) -> Body:
    """Trace a function of tensors of these specs, inside of a function being traced."""
    tracer = InnerTracer()
    tracer.outside = outside
    tracer.conditions = list(outside.conditions)
    inputs = [tracer.input(spec, f"x{number}") for number, spec in enumerate(specs)]
    with interpreting(tracer):
        outputs = tuple(tracer.node(each) for each in function(*inputs))
    nodes = (*(tracer.node(each) for each in inputs), *tracer.captured.values())
    name = getattr(function, "__name__", "body")
    graph = Graph(name, nodes, outputs, {}, {}, tuple(tracer.effects))
    return Body(graph, tuple(tracer.captured))


class While(Several):
    """The values that `body` makes of the inputs, again and again while `cond` of them holds.

    The inputs are the loop's values, then what `cond` captured, then what `body` captured. The
    loop's definition is the traced program's own: it is no gear, and is not listed with them.
    """

    name = "while_loop"

    def infer(self, *inputs: Spec, cond: Body, body: Body, **parameters: Any) -> Bundle:
        count = len(body.graph.outputs)
        for number, (before, after) in enumerate(
            zip(inputs[:count], body.graph.outputs, strict=True)
        ):
            if before != after.spec:
                raise ValueError(_changes_message(number, before, after.spec))
        return Bundle.of(*inputs[:count])

    def evaluate(
        self, *inputs: Array, cond: Body, body: Body, limit: int | None, **parameters: Any
    ) -> tuple[Array, ...]:
        count = len(body.graph.outputs)
        values, rest = list(inputs[:count]), inputs[count:]
        of_cond, of_body = rest[: len(cond.captured)], rest[len(cond.captured) :]
        turns = 0
        while (limit is None or turns < limit) and bool(
            np.all(evaluate(cond.graph, [*values, *of_cond])[0])
        ):
            values = evaluate(body.graph, [*values, *of_body])
            turns += 1
        return tuple(values)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        raise NotImplementedError("the naive interpreter runs Python's own `while`")

    def gradient(
        self, cotangent: Any, inputs: tuple[Tensor, ...], output: Any, **parameters: Any
    ) -> Cotangents:
        raise NotImplementedError(_gradient_message())

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
    """Write a loop down in the function that `tracer` traces."""
    specs = [spec_of(each) for each in values]
    parts = [trace_body(function, specs, tracer) for function in (cond, body)]
    captured = [Tensor(node) for part in parts for node in part.captured]
    found: tuple[Tensor, ...] = bind(
        WHILE, *values, *captured, cond=parts[0], body=parts[1], limit=limit
    )
    if any(part.graph.effects for part in parts):
        tracer.act(AFTER, does_nothing, found[:1])
    return found


def _assign_message(variable: Variable) -> str:
    return explain(
        "A loop of a traced function changes no variables",
        given=f"variable '{variable.path}', assigned in the loop's body",
        expected="values that the loop carries from turn to turn (while_loop's loop_vars)",
        remedy="carry the value in loop_vars, and assign it after the loop",
    )


def _changes_message(number: int, before: Spec, after: Spec) -> str:
    return explain(
        "A loop keeps the shapes and dtypes of its values",
        given=f"value {number} of {after} after a turn",
        expected=f"{before}, which the loop began with",
        remedy=f"ops.cast(value, {before.dtype.name!r}), or begin with {after}",
    )


def _gradient_message() -> str:
    return explain(
        "A traced loop has no derivative in reverse mode",
        given="while_loop in a compiled function, whose number of turns depends on numbers",
        expected="a known number of turns, or a loop that runs eagerly",
        remedy="ops.scan or ops.fori_loop with a number of turns; or run_eagerly=True",
    )

"""A loop inside a traced function that takes a known number of turns.

    for x in xs: h = f(h, x)           ->     %3 = scan %h %xs %w body=... length=200

A turn is traced once, into a graph of its own; the number of nodes does not grow with the number
of turns. `scan_gradient.py` holds its derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from geartrain.graph.control import AFTER
from geartrain.graph.effects import does_nothing
from geartrain.graph.evaluate import evaluate
from geartrain.graph.inner import check_kept, specs_of, trace_inner
from geartrain.graph.trace import Tracer
from geartrain.primitives.primitive import Bundle, Cost, Cotangents, Sample, Several, Spec, bind
from geartrain.tensor import Array, Size, Tensor, interpreting


class Scan(Several):
    """`carries, ys = body(carries, xs)` for each place of the sequences, one after the other.

    The inputs are the carries before the first turn, the sequences (their first axis is that of
    the turns), and what the body captured; the outputs the carries after the last turn, and what
    the turns gave, stacked. The loop's definition is the traced program's own: it is no gear.

    Parameters:
        body: a turn, from carries, one place of each sequence, and captured values to the next
            carries, and to what the turn gives.
        length: how many turns.
        reverse: whether it goes from the last place to the first.
        carries: how many of the inputs (and outputs) are carries.
        sequences: how many of the inputs are sequences.
        base: the body of which this one gives all the outputs and further ones (else None).
    """

    name = "scan"

    def infer(self, *inputs: Spec, **parameters: Any) -> Bundle:
        body, length, carries = (parameters[name] for name in ("body", "length", "carries"))
        check_kept(inputs[:carries], body.outputs[:carries])
        stacked = (Spec((length, *each.shape), each.dtype) for each in body.outputs[carries:])
        return Bundle.of(*inputs[:carries], *stacked)

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, ...]:
        body, carries = parameters["body"], parameters["carries"]
        last = carries + parameters["sequences"]
        values, xs, captured = list(inputs[:carries]), inputs[carries:last], inputs[last:]
        places = range(parameters["length"])
        rows: list[list[Array]] = []
        for place in reversed(places) if parameters["reverse"] else places:
            found = evaluate(body, [*values, *(each[place] for each in xs), *captured])
            values = found[:carries]
            rows.append(found[carries:])
        ordered = rows[::-1] if parameters["reverse"] else rows
        return (*values, *(np.stack(column) for column in zip(*ordered, strict=True)))

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        raise NotImplementedError("the naive interpreter runs Python's own `for`")

    def gradient(
        self, cotangent: Any, inputs: tuple[Tensor, ...], output: Any, **parameters: Any
    ) -> Cotangents:
        from geartrain.graph.scan_gradient import scan_gradient  # which makes scans itself

        return scan_gradient(cotangent, inputs, **parameters)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        raise NotImplementedError("the cost of a loop is that of its turns")

    def samples(self) -> Iterator[Sample]:
        yield from ()


SCAN = Scan()


def traced_scan(
    tracer: Tracer,
    turn: Callable[..., Sequence[Tensor]],
    carries: Sequence[Tensor],
    sequences: Sequence[Tensor],
    *,
    length: Size,
    reverse: bool,
) -> tuple[Tensor, ...] | None:
    """Write a loop down in the function that `tracer` traces.

    It gives nothing where the turns cannot be one graph: they change the shape or dtype of a
    carry, hold operations with a derivative of their own, or give nothing (but have effects).
    Variables that a turn assigns are carried, too.
    """
    places = [Spec(each.shape[1:], each.dtype) for each in specs_of(sequences)]
    specs = [*specs_of(carries), *places]
    inner = trace_inner(turn, specs, tracer, carried=len(carries), assigns=True)
    values = [*carries, *inner.assigned.values()]
    after = inner.graph.outputs[: len(values)]
    if (
        inner.has_composites
        or not inner.graph.outputs
        or specs_of(values) != [each.spec for each in after]
    ):
        return None
    found: tuple[Tensor, ...] = bind(
        SCAN,
        *values,
        *sequences,
        *inner.captured,
        body=inner.graph,
        length=length,
        reverse=reverse,
        carries=len(values),
        sequences=len(sequences),
        base=None,
    )
    if inner.graph.effects:
        tracer.act(AFTER, does_nothing, found[:1])
    with interpreting(tracer):
        for variable, tensor in zip(inner.assigned, found[len(carries) :], strict=False):
            variable.assign(tensor)
    return (*found[: len(carries)], *found[len(values) :])

"""The derivative of a `while_loop` that takes a known number of turns at most.

    while cond(x), 10 times at most:         scan, 10 turns:
        x = body(x)                    ->        goes_on = goes_on and cond(x)
                                                 x = select(goes_on, body(x), x)

It is that of the scan, which computes the turns anew. Turns after the last one change nothing, and
nothing goes back through them; only what a body gives that is not finite there would.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geartrain import primitives
from geartrain.autodiff import GradientTape
from geartrain.graph.graph import Graph
from geartrain.graph.inner import replay
from geartrain.graph.scan import traced_scan
from geartrain.graph.trace import Tracer
from geartrain.primitives.primitive import Cotangents
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import BOOL, is_differentiable


def while_gradient(
    cotangent: Sequence[Tensor],
    inputs: Sequence[Tensor],
    cond: Graph,
    body: Graph,
    limit: int,
    tracer: Tracer,
) -> Cotangents:
    """The derivatives by a loop's inputs, given those by its values after the last turn."""
    count = len(body.outputs)
    floating = [each for each in inputs if is_differentiable(each.dtype)]
    with GradientTape() as tape:
        tape.watch(floating)
        found = _as_scan(inputs, cond, body, limit, tracer)
    known = [number for number in range(count) if is_differentiable(inputs[number].dtype)]
    derivatives = iter(
        tape.gradient(
            [found[number] for number in known],
            floating,
            output_gradients=[cotangent[number] for number in known],
        )
    )
    return tuple(next(derivatives) if is_differentiable(x.dtype) else None for x in inputs)


def _as_scan(
    inputs: Sequence[Tensor], cond: Graph, body: Graph, limit: int, tracer: Tracer
) -> Sequence[Tensor]:
    """The loop's values after the last turn, by a scan of as many turns as it may take."""
    count = len(body.outputs)
    values, captured = inputs[:count], inputs[count:]
    of_cond = len(cond.inputs) - count

    def turn(goes_on: Tensor, *values: Tensor) -> list[Tensor]:
        (holds,) = replay(cond, [*values, *captured[:of_cond]])
        goes_on = primitives.logical_and(goes_on, _one_bool(holds))
        following = replay(body, [*values, *captured[of_cond:]])
        pairs = zip(following, values, strict=True)
        return [goes_on, *(_chosen(goes_on, *each) for each in pairs)]

    start = Tensor(np.asarray(True))
    found = traced_scan(tracer, turn, [start, *values], (), length=limit, reverse=False)
    if found is None:
        raise TypeError("a turn of a while_loop keeps the form of its values")
    return found[1:]


def _one_bool(x: Tensor) -> Tensor:
    one: Tensor = primitives.reshape(x, shape=())
    return one if one.dtype == BOOL else primitives.cast(one, dtype=BOOL)


def _chosen(goes_on: Tensor, following: Tensor, value: Tensor) -> Tensor:
    everywhere = primitives.broadcast_to(goes_on, shape=value.shape)
    chosen: Tensor = primitives.select(everywhere, following, value)
    return chosen

"""Largest elements of windows: the way back through them asks for nothing but what they gave.

    y = relu(x)                                        y = relu(x)
    tops = window_max(y)                               tops = window_max(y)
    taps = window_argmax(y, tops)                ->    taps = window_argmax(y, tops)
    relu_gradient(window_spread(c, taps), y)           window_spread(relu_gradient(c, tops), taps)

A number is spread to the element that was its window's largest: that is positive where `tops` is,
and all other elements get 0 anyway. So y, which is four times as large as `tops`, is forgotten
once it has been pooled. A sum over all places of what was spread is the sum of the numbers, each
of which went to one place, if no window reaches over the edge.
"""

from __future__ import annotations

from collections.abc import Callable

from geartrain.graph import Node

Make = Callable[..., Node]
WINDOWS = "window", "sweeps"


def masked_before_spread(node: Node, make: Make) -> Node | None:
    """The derivative of a relu that was pooled, by what the pooling gave."""
    spread, y = node.inputs
    tops = _tops_of(spread)
    if tops is None or tops.inputs[0] is not y:
        return None
    numbers, taps = spread.inputs
    masked = make(node, "relu_gradient", numbers, tops)
    return make(spread, "window_spread", masked, taps, **spread.parameters)


def summed_before_spread(node: Node, make: Make) -> Node | None:
    """A sum over all places of numbers that were spread: of the numbers themselves."""
    (spread,) = node.inputs
    inner = range(1, len(spread.shape) - 1)
    if _tops_of(spread) is None or not set(inner) <= set(node.parameters["axes"]):
        return None
    sweeps = spread.parameters["sweeps"]
    if any(each.low != 0 or each.high > 0 or each.gap != 1 for each in sweeps):
        return None
    return make(node, "sum", spread.inputs[0], **node.parameters)


def _tops_of(spread: Node) -> Node | None:
    """The largest elements whose places a node spreads numbers to, if it does that."""
    if not _is(spread, "window_spread") or not _is(spread.inputs[1], "window_argmax"):
        return None
    taps = spread.inputs[1]
    x, tops = taps.inputs
    alike = all(_windows(each) == _windows(spread) for each in (taps, tops))
    return tops if _is(tops, "window_max") and tops.inputs[0] is x and alike else None


def _windows(node: Node) -> list[object]:
    return [node.parameters.get(each) for each in WINDOWS]


def _is(node: Node, name: str) -> bool:
    return node.primitive is not None and node.primitive.name == name

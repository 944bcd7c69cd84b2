"""Convolutions in the form that the compiler knows: windows that never leave their input.

    %2 = convolve[low 1, high 1] %x %w    ->    %1 = embed %x          (zeros around, or between)
                                                %2 = convolve %1 %w

What is padded, or spread out with gaps (a transposed convolution, the derivative by the input), is
put between zeros first: a map, which fusion joins with what makes its input. What is left moves in
even strides over its input, and is a contraction like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from geartrain.compiler.winograd import by_winograd
from geartrain.graph import Node
from geartrain.primitives.windows import Sweep
from geartrain.tensor import Size

Make = Callable[..., Node]


def without_padding(node: Node, make: Make) -> Node | None:
    """A convolution as one of an embedded input, if its windows leave the input."""
    x, w = node.inputs
    sweeps: tuple[Sweep, ...] = node.parameters["sweeps"]
    if not any(map(_leaves, sweeps)) or by_winograd(node):
        return None
    sizes = (_embedded(size, sweep) for size, sweep in zip(x.shape[1:-1], sweeps, strict=True))
    placing: dict[str, Any] = {
        "shape": (x.shape[0], *sizes, x.shape[-1]),
        "starts": (0, *(max(sweep.low, 0) for sweep in sweeps), 0),
        "steps": (1, *(sweep.gap for sweep in sweeps), 1),
        "value": 0,
    }
    inside = tuple(
        replace(sweep, low=min(sweep.low, 0), high=min(sweep.high, 0), gap=1) for sweep in sweeps
    )
    parameters = {key: each for key, each in node.parameters.items() if key != "sweeps"}
    return make(node, "convolve", make(node, "embed", x, **placing), w, sweeps=inside, **parameters)


def _leaves(sweep: Sweep) -> bool:
    return sweep.low > 0 or sweep.high > 0 or sweep.gap > 1


def _embedded(size: Size, sweep: Sweep) -> Size:
    if not _leaves(sweep):
        return size
    return (int(str(size)) - 1) * sweep.gap + 1 + max(sweep.low, 0) + max(sweep.high, 0)

"""The variance along some axes: one gear, so that the compiler may choose how it is summed."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.primitives.calculus import restore_axes, scaled
from geartrain.primitives.elementwise import divide, multiply, subtract
from geartrain.primitives.families import Reduction
from geartrain.primitives.indexing import size
from geartrain.primitives.loop_text import INDENT, LETTERS, index
from geartrain.primitives.movement import broadcast_to
from geartrain.primitives.primitive import Cotangents, Spec, register
from geartrain.primitives.reduction import sum_
from geartrain.tensor import Array, DType, Tensor

__all__ = ["variance"]

Inputs = tuple[Tensor, ...]


class Variance(Reduction):
    """The mean of the squared distances from the mean; of floating-point numbers."""

    name = "variance"

    def initial(self, dtype: DType) -> str:
        return "0.0"

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,), axes = inputs, parameters["axes"]
        return np.asarray(np.var(x, axis=axes, dtype=x.dtype), x.dtype)

    def loops(self, *inputs: Spec, axes: tuple[int, ...], **parameters: Any) -> str:
        rank = len(inputs[0].shape)
        kept = [axis for axis in range(rank) if axis not in axes]
        element, depth = f"x[{index(LETTERS[:rank])}]", 1
        lines = ["def naive_variance(x, out):"]
        for at, axis in enumerate(kept):
            lines.append(f"{INDENT * depth}for {LETTERS[axis]} in range(out.shape[{at}]):")
            depth += 1
        here = INDENT * depth
        distance = f"({element} - mean)"
        lines += [f"{here}total = 0.0", f"{here}count = 0"]
        lines += _over(axes, depth, f"total = total + {element}", "count = count + 1")
        lines += [f"{here}mean = total / count", f"{here}squares = 0.0"]
        lines += _over(axes, depth, f"squares = squares + {distance} * {distance}")
        place = index([LETTERS[axis] for axis in kept])
        return "\n".join([*lines, f"{here}out[{place}] = squares / count"]) + "\n"

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        """2 / n * (x - mean): that the mean moves with x changes nothing, to first order."""
        (x,), axes = inputs, parameters["axes"]
        total = sum_(x, axes=axes)
        count = broadcast_to(size(x, axes=axes, dtype=x.dtype), shape=total.shape)
        distance = subtract(x, restore_axes(divide(total, count), axes, x.shape))
        share = divide(scaled(cotangent, 2.0), count)
        return (multiply(distance, restore_axes(share, axes, x.shape)),)


variance = register(Variance)


def _over(axes: tuple[int, ...], depth: int, *statements: str) -> list[str]:
    """Loops over the axes of `x`, around statements."""
    lines = []
    for axis in axes:
        lines.append(f"{INDENT * depth}for {LETTERS[axis]} in range(x.shape[{axis}]):")
        depth += 1
    return [*lines, *(f"{INDENT * depth}{each}" for each in statements)]

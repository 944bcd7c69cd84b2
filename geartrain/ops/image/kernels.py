"""Resampling: the weights with which the places of an axis make those of another.

    out[i] = the sum over j of weights[i, j] * x[j]

Place i of the output lies at (i + 1/2 - translation) / scale - 1/2 of the input: pixels are
squares, and their values stand for their middles. The weight of an input place is a function of
its distance, a kernel; when an image shrinks with antialiasing the kernel is stretched, so that it
covers all that one output pixel stands for.

Sources: Keys, "Cubic convolution interpolation for digital image processing" (1981), with a = -1/2;
Duchon, "Lanczos filtering in one and two dimensions" (1979).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from geartrain import primitives
from geartrain.ops.comparison import choose, greater_equal, less, less_equal, logical_and, not_equal
from geartrain.ops.core import cast
from geartrain.ops.creation import arange
from geartrain.ops.elementwise import absolute, maximum
from geartrain.ops.functions import sinc
from geartrain.ops.reductions import sum
from geartrain.ops.shaping import expand_dims
from geartrain.primitives.loop_text import LETTERS
from geartrain.primitives.primitive import EAGER
from geartrain.tensor import Array, Tensor, interpreting
from geartrain.tensor.dtypes import FLOAT64

# A sum of weights below this is taken for none: the place sees nothing of the input.
SMALLEST_TOTAL = 1000 * float(np.finfo(np.float32).eps)
FEW = 8  # places that an output place weighs: fewer are read one by one, more are a product


def linear(distance: Tensor) -> Tensor:
    """A triangle: 1 in the middle, 0 from distance 1 on."""
    return maximum(1 - distance, 0)


def cubic(distance: Tensor) -> Tensor:
    """Keys's cubic, whose slope is continuous, 0 from distance 2 on."""
    near = ((1.5 * distance - 2.5) * distance) * distance + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return choose(less(distance, 1), near, choose(less(distance, 2), far, 0.0))


def lanczos3(distance: Tensor) -> Tensor:
    """sinc(d) sinc(d / 3), 0 from distance 3 on."""
    return _lanczos(distance, 3)


def lanczos5(distance: Tensor) -> Tensor:
    """sinc(d) sinc(d / 5), 0 from distance 5 on."""
    return _lanczos(distance, 5)


def _lanczos(distance: Tensor, radius: int) -> Tensor:
    bell = sinc(distance) * sinc(distance / radius)
    return choose(less_equal(distance, radius), bell, 0.0)


KERNELS: dict[str, Callable[[Tensor], Tensor]] = {
    **dict.fromkeys(("linear", "bilinear", "trilinear", "triangle"), linear),
    **dict.fromkeys(("cubic", "bicubic", "tricubic"), cubic),
    "lanczos3": lanczos3,
    "lanczos5": lanczos5,
}


def weights(
    size: int, new_size: int, scale: Tensor, translation: Tensor, kernel: str, *, antialias: bool
) -> Tensor:
    """The weights of `size` places in each of `new_size` places: (new_size, size), float64.

    A place whose middle lies outside of the input has weights of 0.
    """
    step = 1 / cast(scale, FLOAT64)
    middles = arange(new_size, dtype=FLOAT64) + 0.5 - cast(translation, FLOAT64)
    places = expand_dims(middles * step - 0.5, 1)  # (new_size, 1)
    stretch = maximum(step, 1.0) if antialias else 1.0
    distance = absolute(places - arange(size, dtype=FLOAT64)) / stretch
    each = KERNELS[kernel](distance)  # (new_size, size)
    total = sum(each, axis=1, keepdims=True)
    share = each / choose(not_equal(total, 0), total, 1.0)
    inside = logical_and(greater_equal(places, -0.5), less_equal(places, size - 0.5))
    seen = logical_and(inside, greater_equal(absolute(total), SMALLEST_TOTAL))
    return choose(seen, share, 0.0)


@lru_cache(maxsize=64)
def resizing_weights(size: int, new_size: int, kernel: str, *, antialias: bool) -> Array:
    """The weights that make `new_size` places of all the `size` places of an axis."""
    with interpreting(EAGER):  # constants, while a function is traced as well
        scale, translation = (Tensor(np.asarray(each)) for each in (new_size / size, 0.0))
        return weights(size, new_size, scale, translation, kernel, antialias=antialias).numpy()


def resampled(x: Tensor, matrix: Tensor, axis: int) -> Tensor:
    """An axis of x times a matrix (new size, size)."""
    letters = LETTERS[: x.ndim]
    out = letters[:axis] + "z" + letters[axis + 1 :]
    return primitives.contract(x, matrix, lhs=letters, rhs="z" + letters[axis], out=out)


class Taps(NamedTuple):
    """The places that each new place weighs, and the weights: (new size, taps)."""

    places: Array
    weights: Array


@lru_cache(maxsize=64)
def taps_of(size: int, new_size: int, kernel: str, *, antialias: bool) -> Taps | None:
    """The weights of a resizing that are not 0; None, where there are more than a few."""
    matrix = resizing_weights(size, new_size, kernel, antialias=antialias)
    count = int((matrix != 0).sum(axis=1).max())
    if count > FEW:
        return None
    places = np.argsort(matrix == 0, axis=1, kind="stable")[:, :count]
    return Taps(places, np.take_along_axis(matrix, places, axis=1))


def weighed(x: Array, taps: Taps, axis: int) -> Array:
    """An axis of x by its taps: what `resampled` gives, without the products with 0."""
    beside = [1] * x.ndim
    beside[axis] = -1
    parts = (
        x.take(places, axis) * weights.astype(x.dtype).reshape(beside)
        for places, weights in zip(taps.places.T, taps.weights.T, strict=True)
    )
    total: Array = next(parts)
    for part in parts:
        total += part
    return total

"""Variances: sums of squared distances from a number that is known before they are read.

    v = variance of x over n            c = mean of a few x
                                 ->     d = x - c
                                        v = mean of d * d - (mean of d) ** 2

By its definition a variance reads x twice: the distances are from a mean that comes last. Those
from any other number will do (Chan, Golub and LeVeque, "Algorithms for computing the sample
variance", 1983, equation 1.5), so one walk gives both sums, and the mean of x besides. What
is lost by the difference grows with (c - mean)^2 / v, which is small for a mean of some elements
from all over x. Along the last axis a row stays in the registers or in the cache, and the
definition is as quick.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from geartrain.graph import Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import DType, Size
from geartrain.tensor.dtypes import INT64

Make = Callable[..., Node]
FEW = 64  # terms: so few are read twice
SEEN = 64  # places that the number comes from, of all axes together


def summed_variance(node: Node, make: Make) -> Node:
    """A variance as sums."""
    (x,), axes = node.inputs, node.parameters["axes"]
    if axes in ((), (len(x.shape) - 1,)) or _terms(x, axes) <= FEW:
        return _mean_of_squares(make, node, _distance(make, node, _mean(make, node, x, axes)))
    near = _mean(make, node, _seen(make, node, x, axes), axes)
    distance = _distance(make, node, near)
    off = _mean(make, node, distance, axes)
    squares = _mean_of_squares(make, node, distance)
    found = make(node, "subtract", squares, make(node, "multiply", off, off))
    zero = make(node, "broadcast_to", _number(0, x.dtype), shape=node.shape)
    return make(node, "maximum", found, zero)


def _terms(x: Node, axes: Sequence[int]) -> float:
    sizes = [x.shape[axis] for axis in axes]
    return math.prod(size if isinstance(size, int) else math.inf for size in sizes)


def _mean(make: Make, node: Node, x: Node, axes: Sequence[int]) -> Node:
    total = make(node, "sum", x, axes=tuple(axes))
    count = make(node, "size", x, axes=tuple(axes), dtype=x.dtype)
    return make(node, "divide", total, make(node, "broadcast_to", count, shape=total.shape))


def _mean_of_squares(make: Make, node: Node, distance: Node) -> Node:
    return _mean(make, node, make(node, "multiply", distance, distance), node.parameters["axes"])


def _distance(make: Make, node: Node, near: Node) -> Node:
    """x minus a number for each result."""
    (x,), axes = node.inputs, node.parameters["axes"]
    if near.shape:
        shape = tuple(1 if axis in axes else size for axis, size in enumerate(x.shape))
        near = make(node, "reshape", near, shape=shape)
    return make(node, "subtract", x, make(node, "broadcast_to", near, shape=x.shape))


def _seen(make: Make, node: Node, x: Node, axes: Sequence[int]) -> Node:
    """Some places of each axis, from all over it."""
    sizes, seen = list(x.shape), round(SEEN ** (1 / len(axes)))
    starts, steps = [0] * len(sizes), [1] * len(sizes)
    for axis in axes:
        size = sizes[axis]
        if isinstance(size, int) and size > seen:
            steps[axis], sizes[axis] = size // seen, seen
            starts[axis] = steps[axis] // 2
    found = make(node, "slice", x, starts=tuple(starts), sizes=tuple(sizes), steps=tuple(steps))
    for axis in axes:
        if not isinstance(sizes[axis], int):
            found = make(node, "take", found, _places(make, node, x, axis, 2 * seen), axis=axis)
    return found


def _places(make: Make, node: Node, x: Node, axis: int, seen: int) -> Node:
    """Numbers of places of an axis whose size is not known yet: 0, n // 8, 2 * n // 8, ..."""
    shape: tuple[Size, ...] = (seen,)

    def repeated(number: Node) -> Node:
        return make(node, "broadcast_to", number, shape=shape)

    count = repeated(make(node, "size", x, axes=(axis,), dtype=INT64))
    counted = make(node, "multiply", make(node, "iota", shape=shape, axis=0, dtype=INT64), count)
    return make(node, "floor_divide", counted, repeated(_number(seen, INT64)))


def _number(number: int, dtype: DType) -> Node:
    return Node(Role.CONSTANT, Spec((), dtype), constant=np.asarray(number, dtype))

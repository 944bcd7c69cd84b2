"""The product of the elements along some axes, with a derivative that divides by none of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives.calculus import restore_axes
from geartrain.primitives.cumulative import cumulative_product, flipped, shifted
from geartrain.primitives.elementwise import multiply
from geartrain.primitives.families import Reduction
from geartrain.primitives.movement import reshape, transpose
from geartrain.primitives.primitive import Cotangents, Sample, register
from geartrain.tensor import Array, DType, Tensor, is_floating
from geartrain.tensor.shape import is_static

__all__ = ["prod"]

Inputs = tuple[Tensor, ...]


class Prod(Reduction):
    """The product of the elements; 1 where there are none.

    The derivative by an element is the product of the others: of those before it times those after
    it, whatever is 0 among them, and so in every further derivative.
    """

    name = "prod"
    combine = "total * {element}"

    def initial(self, dtype: DType) -> str:
        return "1.0" if is_floating(dtype) else "1"

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.asarray(np.prod(inputs[0], axis=parameters["axes"], dtype=inputs[0].dtype))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,), axes = inputs, parameters["axes"]
        known = is_static(tuple(x.shape[axis] for axis in axes))
        others = _others_in_a_row(x, axes) if known else _others(x, axes)
        return (multiply(restore_axes(cotangent, axes, x.shape), others),)

    def samples(self) -> Iterator[Sample]:
        yield from super().samples()
        with_zeros = np.array([[0.0, 2.0, 3.0], [1.5, 0.0, 0.0], [1.0, 2.0, 0.5]])
        yield Sample((with_zeros,), {"axes": (1,)})
        yield Sample((with_zeros[:2].T.copy(),), {"axes": (0,)})


prod = register(Prod)


def _others_in_a_row(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """For each element, the product of all others along axes whose sizes are known."""
    kept = tuple(axis for axis in range(len(x.shape)) if axis not in axes)
    order = (*kept, *axes)
    moved = transpose(x, perm=order)
    count = int(np.prod([int(str(x.shape[axis])) for axis in axes]))
    row = reshape(moved, shape=(*(x.shape[axis] for axis in kept), count))
    last = len(kept)
    before = shifted(cumulative_product(row, axis=last), last, 1.0)
    after = shifted(cumulative_product(flipped(row, last), axis=last), last, 1.0)
    others = reshape(multiply(before, flipped(after, last)), shape=moved.shape)
    back = tuple(order.index(axis) for axis in range(len(order)))
    found: Tensor = transpose(others, perm=back)
    return found


def _others(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The same where a size is a symbol: the others along one axis, times those of other rows."""
    axis, *rest = axes
    before = shifted(cumulative_product(x, axis=axis), axis, 1.0)
    after = shifted(cumulative_product(flipped(x, axis), axis=axis), axis, 1.0)
    others: Tensor = multiply(before, flipped(after, axis))
    if rest:
        rows = prod(x, axes=(axis,))
        inner = tuple(each - (each > axis) for each in rest)
        others = multiply(others, restore_axes(_others(rows, inner), (axis,), x.shape))
    return others

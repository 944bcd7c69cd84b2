"""Shapes, orders and choices, under the names of the array API standard."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from geartrain import ops
from geartrain.ops.comparison import choose
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import INT32

__all__ = [
    "argsort",
    "concat",
    "expand_dims",
    "flip",
    "isin",
    "matrix_transpose",
    "moveaxis",
    "nonzero",
    "permute_dims",
    "repeat",
    "reshape",
    "roll",
    "searchsorted",
    "sort",
    "squeeze",
    "stack",
    "take",
    "take_along_axis",
    "tile",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "unstack",
    "where",
]


def concat(arrays: Any, /, *, axis: int | None = 0) -> Tensor:
    """Tensors one after the other along an axis."""
    return ops.concatenate(arrays, axis)


def stack(arrays: Any, /, *, axis: int = 0) -> Tensor:
    """Tensors one after the other along a new axis."""
    return ops.stack(arrays, axis)


def unstack(x: Tensor, /, *, axis: int = 0) -> tuple[Tensor, ...]:
    """The parts of an axis."""
    return tuple(ops.unstack(x, axis=axis))


def expand_dims(x: Tensor, /, *, axis: int = 0) -> Tensor:
    """A new axis of size 1."""
    return ops.expand_dims(x, axis)


def squeeze(x: Tensor, /, axis: Any) -> Tensor:
    """The tensor without axes of size 1."""
    return ops.squeeze(x, axis)


def flip(x: Tensor, /, *, axis: Any = None) -> Tensor:
    """The places of some axes in reverse."""
    return ops.flip(x, axis)


def roll(x: Tensor, /, shift: Any, *, axis: Any = None) -> Tensor:
    """The elements of an axis moved on by some places."""
    return ops.roll(x, shift, axis)


def moveaxis(x: Tensor, source: Any, destination: Any, /) -> Tensor:
    """Axes at other places."""
    return ops.moveaxis(x, source, destination)


def permute_dims(x: Tensor, /, axes: tuple[int, ...]) -> Tensor:
    """The axes in another order."""
    return ops.transpose(x, axes)


def matrix_transpose(x: Tensor, /) -> Tensor:
    """The last two axes in each other's place."""
    return ops.swapaxes(x, -1, -2)


def repeat(x: Tensor, repeats: Any, /, *, axis: int | None = None) -> Tensor:
    """Each place of an axis repeated."""
    return ops.repeat(x, repeats, axis)


def tile(x: Tensor, repetitions: tuple[int, ...], /) -> Tensor:
    """The whole tensor repeated along each axis."""
    return ops.tile(x, repetitions)


def reshape(x: Tensor, /, shape: tuple[int, ...], *, copy: bool | None = None) -> Tensor:
    """The same elements in another shape."""
    found = ops.reshape(x, shape)
    return Tensor(np.array(found.numpy())) if copy else found


def take(x: Tensor, indices: Tensor, /, *, axis: int | None = None) -> Tensor:
    """The places along an axis that the indices name."""
    return ops.take(x, indices, 0 if axis is None and x.ndim == 1 else axis)


def take_along_axis(x: Tensor, indices: Tensor, /, *, axis: int = -1) -> Tensor:
    """An index of its own for each other place."""
    return ops.take_along_axis(x, indices, axis)


def nonzero(x: Tensor, /) -> tuple[Tensor, ...]:
    """The places of the elements that are not zero, one tensor for each axis."""
    return ops.nonzero(x)


def searchsorted(
    x1: Tensor, x2: Tensor, /, *, side: str = "left", sorter: Tensor | None = None
) -> Tensor:
    """The place at which each of x2 would go into the sorted vector x1."""
    return ops.searchsorted(x1 if sorter is None else ops.take(x1, sorter, 0), x2, side)


def isin(x1: Any, x2: Any, /, *, invert: bool = False) -> Tensor:
    """Whether each element of x1 is one of x2's."""
    return ops.isin(x1, x2, invert=invert)


def where(condition: Tensor, x1: Any, x2: Any, /) -> Tensor:
    """x1 where the condition holds, else x2."""
    return choose(condition, x1, x2)


def sort(x: Tensor, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Tensor:
    """The elements of an axis in order; the sort is always stable."""
    return ops.take_along_axis(x, argsort(x, axis=axis, descending=descending), axis)


def argsort(
    x: Tensor, /, *, axis: int = -1, descending: bool = False, stable: bool = True
) -> Tensor:
    """The places of an axis in the order of their elements; the sort is always stable."""
    if not descending:
        return ops.argsort(x, axis)
    # From the back and then turned round, so that equal elements keep their order.
    size = x.shape[axis]
    order = ops.flip(ops.argsort(ops.flip(x, axis), axis), axis)
    return ops.subtract(int(str(size)) - 1, order)


class unique_all_result(NamedTuple):  # noqa: N801  (the standard's name)
    """What `unique_all` returns."""

    values: Tensor
    indices: Tensor
    inverse_indices: Tensor
    counts: Tensor


class unique_counts_result(NamedTuple):  # noqa: N801  (the standard's name)
    """What `unique_counts` returns."""

    values: Tensor
    counts: Tensor


class unique_inverse_result(NamedTuple):  # noqa: N801  (the standard's name)
    """What `unique_inverse` returns."""

    values: Tensor
    inverse_indices: Tensor


def unique_all(x: Tensor, /) -> unique_all_result:
    """The different elements, their first places, each element's number, how often each occurs.

    Every NaN is an element of its own.
    """
    values, indices, inverse, counts = np.unique(
        x.numpy(), return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    places = (
        Tensor(each.astype(INT32)) for each in (indices, inverse.reshape(x.array.shape), counts)
    )
    return unique_all_result(Tensor(values), *places)


def unique_counts(x: Tensor, /) -> unique_counts_result:
    """The different elements, and how often each occurs."""
    found = unique_all(x)
    return unique_counts_result(found.values, found.counts)


def unique_inverse(x: Tensor, /) -> unique_inverse_result:
    """The different elements, and for each element its number among them."""
    found = unique_all(x)
    return unique_inverse_result(found.values, found.inverse_indices)


def unique_values(x: Tensor, /) -> Tensor:
    """The different elements."""
    return unique_all(x).values

"""Tensors joined, cut apart and repeated."""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import convert_to_tensor, promoted, whole_number
from geartrain.ops.shaping import (
    as_shape,
    cut_out,
    expand_dims,
    ravel,
    reshape,
    squeeze,
    static_size,
    swapaxes,
)
from geartrain.tensor import NoSize, Size, Tensor, format_shape, normalize_axis
from geartrain.tensor.alignment import draw_aligned

__all__ = [
    "append",
    "array_split",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "meshgrid",
    "repeat",
    "split",
    "stack",
    "tile",
    "unstack",
    "vsplit",
    "vstack",
]


def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Tensor:
    """Tensors one after the other along an axis; None joins their elements in one row."""
    tensors = _alike(xs, "concatenate")
    if axis is None:
        return primitives.concatenate(*map(ravel, tensors), axis=0)
    return primitives.concatenate(*tensors, axis=normalize_axis(axis, tensors[0].ndim))


def stack(x: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors of one shape, one after the other along a new axis."""
    tensors = _alike(x, "stack")
    for number, each in enumerate(tensors):
        if each.shape != tensors[0].shape:
            raise ValueError(_stack_message(tensors[0], each, number))
    at = normalize_axis(axis, tensors[0].ndim + 1)
    return primitives.concatenate(*(expand_dims(each, at) for each in tensors), axis=at)


def _alike(xs: Any, operation: str) -> list[Tensor]:
    """A list of values as tensors of one dtype."""
    values = list(xs)
    if not values:
        raise ValueError(_nothing_message(operation))
    return promoted(*(convert_to_tensor(each) for each in values))


def append(x1: Any, x2: Any, axis: int | None = None) -> Tensor:
    """x2 after x1 along an axis; None joins their elements in one row."""
    return concatenate([x1, x2], axis)


def hstack(xs: Sequence[Any]) -> Tensor:
    """Tensors side by side: along axis 1, vectors along axis 0."""
    tensors = [_at_least(each, 1) for each in xs]
    return concatenate(tensors, 0 if tensors and tensors[0].ndim == 1 else 1)


def vstack(xs: Sequence[Any]) -> Tensor:
    """Tensors one below the other: along axis 0, vectors as rows."""
    return concatenate([_at_least(each, 2) for each in xs], 0)


def dstack(xs: Sequence[Any]) -> Tensor:
    """Tensors one behind the other: along axis 2."""
    return concatenate([_at_least(each, 3) for each in xs], 2)


def _at_least(x: Any, rank: int) -> Tensor:
    """A tensor of a rank at least, as NumPy's `atleast_1d`, `2d` and `3d` give it."""
    tensor = convert_to_tensor(x)
    if tensor.ndim < rank <= 2 or (tensor.ndim < 2 and rank == 3):
        tensor = reshape(
            tensor, (1,) * builtins.max(2 - tensor.ndim - (rank == 1), 0) + tensor.shape
        )
    return expand_dims(tensor, -1) if rank == 3 and tensor.ndim == 2 else tensor


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """The parts of an axis as a list of tensors, which lack the axis."""
    tensor = convert_to_tensor(x)
    at = normalize_axis(axis, tensor.ndim)
    count = static_size(tensor.shape[at], "unstack") if num is None else num
    return [squeeze(cut_out(tensor, at, place, place + 1), at) for place in range(count)]


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """An axis cut into so many equal parts, or before the places that are listed."""
    tensor = convert_to_tensor(x)
    at = normalize_axis(axis, tensor.ndim)
    size = static_size(tensor.shape[at], "split")
    if isinstance(indices_or_sections, int | np.integer):
        count = int(indices_or_sections)
        if count < 1 or size % count:
            raise ValueError(_split_message(tensor, at, count))
        edges = [place * (size // count) for place in range(1, count)]
    else:
        edges = [whole_number(each) for each in indices_or_sections]
    return _cut(tensor, at, size, edges)


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """As `split`, but of parts that do not come out even, the first ones are longer by one."""
    tensor = convert_to_tensor(x)
    if not isinstance(indices_or_sections, int | np.integer):
        return split(tensor, indices_or_sections, axis)
    at = normalize_axis(axis, tensor.ndim)
    size, count = static_size(tensor.shape[at], "array_split"), int(indices_or_sections)
    if count < 1:
        raise ValueError(_split_message(tensor, at, count))
    small, longer = divmod(size, count)
    edges = [place * small + builtins.min(place, longer) for place in range(1, count)]
    return _cut(tensor, at, size, edges)


def _cut(x: Tensor, axis: int, size: int, edges: Sequence[int]) -> list[Tensor]:
    inside = [each if each >= 0 else each + size for each in edges]
    limits = [0, *(builtins.min(builtins.max(each, 0), size) for each in inside), size]
    return [
        cut_out(x, axis, start, builtins.max(start, stop))
        for start, stop in itertools.pairwise(limits)
    ]


def hsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """Cut along axis 1, a vector along axis 0."""
    tensor = convert_to_tensor(x)
    return split(tensor, indices_or_sections, 1 if tensor.ndim > 1 else 0)


def vsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """Cut along axis 0."""
    return split(x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: Any) -> list[Tensor]:
    """Cut along axis 2."""
    return split(x, indices_or_sections, 2)


def tile(x: Any, repeats: Any) -> Tensor:
    """The whole tensor repeated so many times along each axis."""
    tensor, counts = convert_to_tensor(x), list(as_shape(repeats))
    rank = builtins.max(tensor.ndim, len(counts))
    counts = [*[1] * (rank - len(counts)), *counts]
    shape = (1,) * (rank - tensor.ndim) + tensor.shape
    spread = tuple(each for size in shape for each in (1, size))
    wide = tuple(each for pair in zip(counts, shape, strict=True) for each in pair)
    repeated = primitives.broadcast_to(primitives.reshape(tensor, shape=spread), shape=wide)
    return primitives.reshape(repeated, shape=tuple(map(_times, counts, shape)))


def _times(count: Size, size: Size) -> Size:
    if isinstance(count, int):
        return count * size
    if isinstance(size, int):
        return count * size
    raise NoSize(_product_message(count, size))


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Tensor:
    """Each place of an axis repeated, all equally often or each as its number says."""
    tensor = convert_to_tensor(x)
    if axis is None:
        tensor, axis = ravel(tensor), 0
    at = normalize_axis(axis, tensor.ndim)
    counts = np.asarray(repeats.numpy() if isinstance(repeats, Tensor) else repeats)
    if counts.size == 1:
        return _repeated_evenly(tensor, int(counts.reshape(-1)[0]), at)
    places = np.repeat(np.arange(static_size(tensor.shape[at], "repeat")), counts)
    return primitives.take(tensor, Tensor(places.astype(np.int32)), axis=at)


def _repeated_evenly(x: Tensor, count: int, axis: int) -> Tensor:
    after = axis + 1
    apart = primitives.reshape(x, shape=(*x.shape[:after], 1, *x.shape[after:]))
    wide = primitives.broadcast_to(apart, shape=(*x.shape[:after], count, *x.shape[after:]))
    shape = (*x.shape[:axis], _times(count, x.shape[axis]), *x.shape[after:])
    return primitives.reshape(wide, shape=shape)


def meshgrid(*x: Any, indexing: str = "xy") -> list[Tensor]:
    """The coordinates of every point of a grid: one tensor for each vector.

    With "xy" the first two axes are swapped, as plots have it; with "ij" they are not.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(_indexing_message(indexing))
    vectors = [ravel(each) for each in x]
    shape = tuple(each.shape[0] for each in vectors)
    grids = []
    for axis, vector in enumerate(vectors):
        lone = tuple(size if at == axis else 1 for at, size in enumerate(shape))
        grids.append(primitives.broadcast_to(primitives.reshape(vector, shape=lone), shape=shape))
    if indexing == "xy" and len(grids) > 1:
        return [swapaxes(each, 0, 1) for each in grids]
    return grids


def _stack_message(first: Tensor, other: Tensor, number: int) -> str:
    return explain(
        "stack needs tensors of one shape",
        given=draw_aligned(("value 0", first.shape), (f"value {number}", other.shape)),
        expected=f"the shape {format_shape(first.shape)} for all (set by value 0)",
        remedy="ops.concatenate, which joins along an axis that is there, or pad the shorter ones",
    )


def _product_message(count: Size, size: Size) -> str:
    return explain(
        "A symbolic axis cannot be repeated a symbolic number of times",
        given=f"{count} times an axis of size {size}",
        expected="a whole number of times, or an axis whose size is a number",
        remedy="run_eagerly=True",
    )


def _nothing_message(operation: str) -> str:
    return explain(
        f"{operation} of nothing has no shape",
        given="an empty list",
        expected="one tensor at least",
        remedy=f"ops.{operation}([x])",
    )


def _split_message(x: Tensor, axis: int, count: int) -> str:
    return explain(
        "split cannot make equal parts",
        given=f"{count} parts of axis {axis} of shape {format_shape(x.shape)}",
        expected="a number of parts that divides the size of the axis",
        axis=f"axis {axis}: {x.shape[axis]} places in {count} parts",
        remedy=f"ops.array_split(x, {builtins.max(count, 1)}, axis={axis}), whose parts may differ",
    )


def _indexing_message(indexing: Any) -> str:
    return explain(
        "meshgrid knows two orders of its axes",
        given=f"indexing={indexing!r}",
        expected="'xy' or 'ij'",
        remedy="ops.meshgrid(x, y, indexing='ij')",
    )

"""Choosing elements by their places, and putting some in place."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain, unknown_name
from geartrain.ops.comparison import choose, equal, less
from geartrain.ops.core import cast, convert_to_tensor, whole_number
from geartrain.ops.elementwise import add, clip
from geartrain.ops.item import item_of
from geartrain.ops.joining import unstack
from geartrain.ops.rounding import floor_divide, mod
from geartrain.ops.shaping import as_shape, expand_dims, ravel
from geartrain.tensor import Shape, Size, Tensor, broadcast_shapes, format_shape, normalize_axis
from geartrain.tensor.dtypes import INT32

__all__ = [
    "get_item",
    "nonzero",
    "one_hot",
    "scatter",
    "scatter_update",
    "slice",
    "slice_update",
    "take",
    "take_along_axis",
    "unravel_index",
]


def take(x: Any, indices: Any, axis: int | None = None) -> Tensor:
    """The places along an axis that the indices name; negative ones count from the end.

    None takes them from the elements in one row.
    """
    tensor = convert_to_tensor(x)
    flat = primitives.reshape(tensor, shape=(-1,)) if axis is None else tensor
    at = normalize_axis(0 if axis is None else axis, flat.ndim)
    return primitives.take(flat, wrapped(indices, flat.shape[at]), axis=at)


def wrapped(indices: Any, size: Size) -> Tensor:
    """Indices as a tensor of integers, those below 0 counted from the end of an axis."""
    places = convert_to_tensor(indices)
    if places.dtype.kind not in "iu":
        raise TypeError(_index_dtype_message(places))
    if places.dtype.kind == "u" or not isinstance(size, int):
        return places
    if not places.is_symbolic:
        numbers = places.array
        if not numbers.size or numbers.min() >= 0:
            return places
        return Tensor(np.where(numbers < 0, numbers + numbers.dtype.type(size), numbers))
    return choose(less(places, 0), add(places, size), places)


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Tensor:
    """out[i, j] = x[indices[i, j], j] for axis 0: an index of its own for each other place.

    The other axes of `x` and `indices` are broadcast.
    """
    tensor, places = convert_to_tensor(x), convert_to_tensor(indices)
    if axis is None:
        return take(primitives.reshape(tensor, shape=(-1,)), ravel(places), 0)
    at = normalize_axis(axis, tensor.ndim)
    if places.ndim != tensor.ndim:
        raise ValueError(_along_message(tensor, places))
    beside = [_with_size(each.shape, at, 1) for each in (tensor, places)]
    shape = broadcast_shapes(*beside, operation="take_along_axis")
    wide = primitives.broadcast_to(tensor, shape=_with_size(shape, at, tensor.shape[at]))
    asked = primitives.broadcast_to(
        wrapped(places, tensor.shape[at]),
        shape=_with_size(shape, at, places.shape[at]),
    )
    return primitives.gather(wide, *_every_place(asked, at))


def _with_size(shape: Shape, axis: int, size: Size) -> Shape:
    return (*shape[:axis], size, *shape[axis + 1 :])


def _every_place(along: Tensor, axis: int) -> list[Tensor]:
    """For each axis the index of every place, with `along` for one axis."""
    return [
        along if at == axis else primitives.iota(shape=along.shape, axis=at, dtype=along.dtype)
        for at in range(along.ndim)
    ]


def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Tensor:
    """1 at the place that each number names, 0 elsewhere, along a new axis.

    >>> one_hot([2, 0], 3).numpy().tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    numbers = convert_to_tensor(x, sparse=sparse)
    if numbers.dtype.kind not in "iu":
        numbers = cast(numbers, INT32)
    at = normalize_axis(axis, numbers.ndim + 1)
    shape = (*numbers.shape[:at], num_classes, *numbers.shape[at:])
    places = primitives.iota(shape=shape, axis=at, dtype=numbers.dtype)
    return cast(equal(expand_dims(numbers, at), places), "float32" if dtype is None else dtype)


def get_item(x: Any, key: Any) -> Tensor:
    """x[key]: a part of a tensor, as NumPy's indexing chooses it."""
    return item_of(convert_to_tensor(x), key)


def slice(inputs: Any, start_indices: Any, shape: Any) -> Tensor:
    """A part of a given shape, from given places on; -1 goes to the end of an axis.

    A part that would reach beyond the end is moved back, so that it ends there.
    """
    tensor = convert_to_tensor(inputs)
    starts = _starts(start_indices, tensor.ndim)
    sizes = tuple(
        size - start
        if wanted == -1 and isinstance(start, int) and isinstance(size, int)
        else wanted
        for wanted, size, start in zip(as_shape(shape), tensor.shape, starts, strict=True)
    )
    if all(isinstance(each, int) for each in starts):
        fixed = tuple(map(_moved_inside, starts, sizes, tensor.shape))
        return primitives.slice_(tensor, starts=fixed, sizes=sizes, steps=(1,) * tensor.ndim)
    for axis, (start, wanted) in enumerate(zip(starts, sizes, strict=True)):
        first = _tensor_inside(start, wanted, tensor.shape[axis])
        places = add(primitives.iota(shape=(wanted,), axis=0, dtype=INT32), first)
        tensor = primitives.take(tensor, places, axis=axis)
    return tensor


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Tensor:
    """The tensor, with a part replaced that begins at given places."""
    tensor = convert_to_tensor(inputs)
    part = convert_to_tensor(updates, tensor.dtype)
    starts = _starts(start_indices, tensor.ndim)
    firsts = [
        _tensor_inside(start, wanted, size)
        for start, wanted, size in zip(starts, part.shape, tensor.shape, strict=True)
    ]
    if not part.ndim:
        return part
    places = [
        add(primitives.iota(shape=part.shape, axis=axis, dtype=INT32), first)
        for axis, first in enumerate(firsts)
    ]
    return primitives.scatter_set(tensor, part, *places)


def _starts(start_indices: Any, rank: int) -> list[Any]:
    """Where a slice begins on each axis: a number where it is known, else a tensor."""
    if isinstance(start_indices, Tensor) and start_indices.is_symbolic:
        return [start_indices[axis] for axis in range(rank)]
    given = start_indices.numpy() if isinstance(start_indices, Tensor) else start_indices
    starts = list(given) if isinstance(given, list | tuple) or np.ndim(given) else [given]
    if len(starts) != rank:
        raise ValueError(_starts_message(len(starts), rank))
    return [
        each if isinstance(each, Tensor) and each.is_symbolic else whole_number(each)
        for each in starts
    ]


def _moved_inside(start: int, wanted: Size, size: Size) -> int:
    if not isinstance(size, int) or not isinstance(wanted, int):
        return start
    return builtins.max(0, builtins.min(start + size if start < 0 else start, size - wanted))


def _tensor_inside(start: Any, wanted: Size, size: Size) -> Tensor:
    if isinstance(start, int):
        return Tensor(np.asarray(_moved_inside(start, wanted, size), INT32))
    last = int(str(size)) - int(str(wanted))
    return cast(clip(choose(less(start, 0), add(start, size), start), 0, last), INT32)


def scatter(indices: Any, values: Any, shape: Any) -> Tensor:
    """Zeros of a shape, with each value added to the place that its index names.

    Args:
        indices: integers of shape (..., n): a place on each of the first n axes.
        values: what goes there: shape `indices.shape[:-1] + shape[n:]`.
        shape: the result's shape.
    """
    updates = convert_to_tensor(values)
    zeros = primitives.fill(shape=as_shape(shape), value=0, dtype=updates.dtype)
    return primitives.scatter_add(zeros, updates, *_columns(indices, zeros.shape))


REDUCTIONS = {
    None: primitives.scatter_set,
    "add": primitives.scatter_add,
    "max": primitives.scatter_max,
    "min": primitives.scatter_min,
    "mul": primitives.scatter_multiply,
}


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Tensor:
    """The tensor, with each update in the place that its index names.

    Args:
        inputs: the tensor.
        indices: integers of shape (..., n): a place on each of the first n axes.
        updates: what goes there: shape `indices.shape[:-1] + inputs.shape[n:]`.
        reduction: None replaces; "add", "max", "min" and "mul" combine with what is there.
    """
    if reduction not in REDUCTIONS:
        raise ValueError(_reduction_message(reduction))
    tensor = convert_to_tensor(inputs)
    columns = _columns(indices, tensor.shape)
    return REDUCTIONS[reduction](tensor, convert_to_tensor(updates, tensor.dtype), *columns)


def _columns(indices: Any, shape: Shape) -> list[Tensor]:
    """The last axis of an index tensor, as one tensor for each axis that it indexes."""
    places = convert_to_tensor(indices)
    if not places.ndim:
        places = primitives.reshape(places, shape=(1,))
    if not isinstance(places.shape[-1], int) or places.shape[-1] > len(shape):
        raise ValueError(_columns_message(places, shape))
    return [wrapped(each, size) for each, size in zip(unstack(places, axis=-1), shape)]  # noqa: B905


def nonzero(x: Any) -> tuple[Tensor, ...]:
    """The places of the elements that are not zero: one tensor of indices for each axis.

    How many there are depends on the numbers, so that it cannot be traced.
    """
    tensor = convert_to_tensor(x)
    return tuple(Tensor(each.astype(INT32)) for each in np.nonzero(tensor.numpy()))


def unravel_index(indices: Any, shape: Any) -> tuple[Tensor, ...]:
    """The place on each axis of elements given by their number in one row."""
    number = convert_to_tensor(indices)
    places: list[Tensor] = []
    for size in reversed(as_shape(shape)):
        places.append(mod(number, size))
        number = floor_divide(number, size)
    return tuple(reversed(places))


def _index_dtype_message(places: Tensor) -> str:
    return explain(
        "An index is a whole number",
        given=f"indices of {places.dtype.name}",
        expected="an integer dtype",
        remedy="ops.cast(indices, 'int32')",
    )


def _along_message(x: Tensor, places: Tensor) -> str:
    return explain(
        "take_along_axis needs indices of the tensor's rank",
        given=f"x {format_shape(x.shape)}, indices {format_shape(places.shape)}",
        expected=f"indices of rank {x.ndim}",
        remedy="ops.take(x, indices, axis), which takes the same places everywhere",
    )


def _starts_message(count: int, rank: int) -> str:
    return explain(
        "slice needs a start for each axis",
        given=f"{count} starts for a tensor of rank {rank}",
        expected=f"{rank} starts",
        remedy=f"start_indices={(0,) * rank}",
    )


def _reduction_message(reduction: Any) -> str:
    return unknown_name(
        "reduction",
        reduction,
        [each for each in REDUCTIONS if each],
        remedy="ops.scatter_update(x, indices, updates, reduction={})",
    )


def _columns_message(places: Tensor, shape: Shape) -> str:
    return explain(
        "The last axis of scatter's indices says on which axes they lie",
        given=f"indices {format_shape(places.shape)} for a shape {format_shape(shape)}",
        expected=f"a last axis of {len(shape)} at most: a place on each of the first axes",
        axis=f"axis -1 of indices: {places.shape[-1]} against {len(shape)}",
        remedy="indices[:, None], if each index is a place on the first axis",
    )

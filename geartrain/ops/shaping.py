"""The same elements in another shape or order."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import convert_to_tensor, whole_number
from geartrain.tensor import (
    Dim,
    NoSize,
    Shape,
    Size,
    Tensor,
    as_dtype,
    format_shape,
    normalize_axes,
    normalize_axis,
)
from geartrain.tensor.alignment import draw_marked
from geartrain.tensor.dtypes import INT32
from geartrain.tensor.shape import Count

Axis = int | Sequence[int] | None

__all__ = [
    "broadcast_to",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "moveaxis",
    "ravel",
    "reshape",
    "roll",
    "rot90",
    "size",
    "squeeze",
    "swapaxes",
    "transpose",
    "view",
]


def reshape(x: Any, newshape: Any) -> Tensor:
    """The same elements in another shape; one size may be -1, which is then found."""
    return primitives.reshape(convert_to_tensor(x), shape=as_shape(newshape))


def as_shape(shape: Any) -> Shape:
    """A shape from what a user gives for one: a size, a list of sizes, a tensor of them."""
    if isinstance(shape, Tensor):
        shape = shape.numpy().tolist()
    sizes = shape if isinstance(shape, list | tuple | np.ndarray) else (shape,)
    return tuple(each if isinstance(each, Dim) else whole_number(each) for each in sizes)


def ravel(x: Any) -> Tensor:
    """The elements in one row."""
    return reshape(x, -1)


def expand_dims(x: Any, axis: int | Sequence[int]) -> Tensor:
    """The same elements with new axes of size 1, at these places of the new shape."""
    tensor = convert_to_tensor(x)
    count = 1 if isinstance(axis, int) else len(axis)
    axes = normalize_axes(axis, tensor.ndim + count)
    sizes = iter(tensor.shape)
    shape = tuple(1 if at in axes else next(sizes) for at in range(tensor.ndim + count))
    return primitives.reshape(tensor, shape=shape)


def squeeze(x: Any, axis: Axis = None) -> Tensor:
    """The same elements without axes of size 1 (all such, or those named)."""
    tensor = convert_to_tensor(x)
    ones = [at for at, size in enumerate(tensor.shape) if size == 1]
    axes = ones if axis is None else normalize_axes(axis, tensor.ndim)
    if any(at not in ones for at in axes):
        raise ValueError(_squeeze_message(tensor, axes))
    kept = tuple(size for at, size in enumerate(tensor.shape) if at not in axes)
    return primitives.reshape(tensor, shape=kept)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Tensor:
    """The axes in another order: reversed, if None."""
    tensor = convert_to_tensor(x)
    if axes is None:
        return primitives.transpose(tensor, perm=tuple(reversed(range(tensor.ndim))))
    perm = tuple(normalize_axis(each, tensor.ndim) for each in axes)
    return primitives.transpose(tensor, perm=perm)


def swapaxes(x: Any, axis1: int, axis2: int) -> Tensor:
    """Two axes in each other's place."""
    tensor = convert_to_tensor(x)
    perm = list(range(tensor.ndim))
    first, second = normalize_axis(axis1, tensor.ndim), normalize_axis(axis2, tensor.ndim)
    perm[first], perm[second] = perm[second], perm[first]
    return primitives.transpose(tensor, perm=tuple(perm))


def moveaxis(x: Any, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Axes at other places; the rest keep their order."""
    tensor = convert_to_tensor(x)
    sources = [normalize_axis(each, tensor.ndim) for each in _listed(source)]
    targets = [normalize_axis(each, tensor.ndim) for each in _listed(destination)]
    if len(sources) != len(targets):
        raise ValueError(_moveaxis_message(sources, targets))
    perm = [axis for axis in range(tensor.ndim) if axis not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        perm.insert(target, axis)
    return primitives.transpose(tensor, perm=tuple(perm))


def _listed(value: int | Sequence[int]) -> Sequence[int]:
    return (value,) if isinstance(value, int) else value


def broadcast_to(x: Any, shape: Any) -> Tensor:
    """The tensor repeated along axes that it lacks or of which it has one place."""
    return primitives.broadcast_to(convert_to_tensor(x), shape=as_shape(shape))


def flip(x: Any, axis: Axis = None) -> Tensor:
    """The places of some axes (all, if None) in reverse."""
    tensor = convert_to_tensor(x)
    known = set()
    for at in normalize_axes(axis, tensor.ndim):
        if isinstance(tensor.shape[at], int):
            known.add(at)
        else:
            tensor = primitives.take(tensor, _places_back(tensor, at), axis=at)
    if not known:
        return tensor
    sizes = tensor.shape
    starts = tuple(
        builtins.max(size - 1, 0) if at in known and isinstance(size, int) else 0
        for at, size in enumerate(sizes)
    )
    steps = tuple(-1 if at in known else 1 for at in range(tensor.ndim))
    return primitives.slice_(tensor, starts=starts, sizes=sizes, steps=steps)


def _places_back(x: Tensor, axis: int) -> Tensor:
    """The places of an axis of unknown size, from the last one on."""
    size, int32 = x.shape[axis], INT32
    count = primitives.broadcast_to(primitives.size(x, axes=(axis,), dtype=int32), shape=(size,))
    last = primitives.subtract(count, primitives.fill(shape=(size,), value=1, dtype=int32))
    return primitives.subtract(last, primitives.iota(shape=(size,), axis=0, dtype=int32))


def static_size(size: Size, operation: str) -> int:
    """A size that must be a number, not a symbol."""
    if isinstance(size, int):
        return size
    raise NoSize(_symbolic_message(size, operation))


def fliplr(x: Any) -> Tensor:
    """Axis 1 in reverse: left and right."""
    return flip(x, 1)


def flipud(x: Any) -> Tensor:
    """Axis 0 in reverse: up and down."""
    return flip(x, 0)


def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turned k times by 90 degrees, from the first of two axes towards the second."""
    tensor = convert_to_tensor(array)
    if len(axes) != 2 or tensor.ndim < 2 or axes[0] % tensor.ndim == axes[1] % tensor.ndim:
        raise ValueError(_rot90_message(tensor, axes))
    turns = k % 4
    if turns in (0, 2):
        return flip(tensor, axes) if turns else tensor
    if turns == 1:
        return swapaxes(flip(tensor, axes[1]), *axes)
    return flip(swapaxes(tensor, *axes), axes[1])


def roll(x: Any, shift: int | Sequence[int], axis: Axis = None) -> Tensor:
    """The elements of an axis moved on; those that go beyond the end come in at its start."""
    tensor = convert_to_tensor(x)
    if axis is None:
        total = shift if isinstance(shift, int) else builtins.sum(shift)
        return reshape(roll(ravel(tensor), total, 0), tensor.shape)
    axes = _listed(axis)
    shifts = [shift] * len(axes) if isinstance(shift, int) else list(shift)
    for places, at in zip(shifts, axes, strict=True):
        tensor = _rolled(tensor, places, normalize_axis(at, tensor.ndim))
    return tensor


def _rolled(x: Tensor, places: int, axis: int) -> Tensor:
    size = static_size(x.shape[axis], "roll")
    cut = -places % size if size else 0
    if not cut:
        return x
    parts = (cut_out(x, axis, cut, size), cut_out(x, axis, 0, cut))
    return primitives.concatenate(*parts, axis=axis)


def cut_out(x: Tensor, axis: int, start: int, stop: int) -> Tensor:
    """The places from `start` to before `stop` of one axis."""
    starts = tuple(start if at == axis else 0 for at in range(x.ndim))
    shape = x.value.shape  # of a symbolic tensor, with its symbols
    sizes = tuple(stop - start if at == axis else size for at, size in enumerate(shape))
    return primitives.slice_(x, starts=starts, sizes=sizes, steps=(1,) * x.ndim)


def size(x: Any) -> Any:
    """How many elements there are; a tensor, where that is known at run time only.

    Of a symbolic tensor a symbolic one, as in Keras.
    """
    tensor = convert_to_tensor(x)
    count = Count.of(tensor.value.shape)
    if count.symbols or tensor.stands_for_any:
        return primitives.size(tensor, axes=tuple(range(tensor.ndim)), dtype=INT32)
    return count.factor


def view(x: Any, dtype: Any = None) -> Tensor:
    """The same bytes read as another dtype; the last axis shrinks or grows with its width."""
    tensor = convert_to_tensor(x)
    if dtype is None:
        return tensor
    return primitives.view(tensor, dtype=as_dtype(dtype))


def _squeeze_message(x: Tensor, axes: Sequence[int]) -> str:
    wrong = [at for at in axes if x.shape[at] != 1]
    return explain(
        "squeeze takes away axes of size 1 only",
        given=draw_marked(f"axis={tuple(axes)}, x", x.shape, wrong),
        expected="axes of size 1",
        axis="; ".join(f"axis {at} has size {x.shape[at]}" for at in wrong),
        remedy="x.reshape(...), or ops.squeeze(x), which takes away those that are 1",
    )


def _moveaxis_message(sources: Sequence[int], targets: Sequence[int]) -> str:
    return explain(
        "moveaxis needs a destination for each source",
        given=f"source={tuple(sources)}, destination={tuple(targets)}",
        expected="as many destinations as sources",
        remedy="ops.moveaxis(x, (0, 1), (-1, -2))",
    )


def _rot90_message(x: Tensor, axes: Sequence[int]) -> str:
    return explain(
        "rot90 turns within two different axes",
        given=f"axes={tuple(axes)}, shape {format_shape(x.shape)}",
        expected="a tensor of rank 2 at least, and two axes that differ",
        remedy="ops.rot90(x, axes=(-2, -1))",
    )


def _symbolic_message(size: Size, operation: str) -> str:
    return explain(
        f"{operation} needs to know the size of its axis",
        given=f"a symbolic axis of size {size}",
        expected="an axis whose size is a number when the function is traced",
        remedy="work along another axis than the batch, or run_eagerly=True",
    )

"""`x[key]`: NumPy's indexing, made of primitives.

    x[2:8:2, None, -1]        slices and numbers: one `slice`, one `reshape`
    x[[0, 2], :, [1, 1]]      integer arrays: one `gather`
    x[x > 0]                  bool arrays: their places first, then as integer arrays

A key is read from left to right into one `Part` for each axis that it speaks of. Slices are cut
first; then integer arrays, which are broadcast together, gather; then `None` makes its new axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.conversion import as_tensor
from geartrain.tensor import NoSize, Shape, Size, Tensor, broadcast_shapes, format_shape
from geartrain.tensor.dtypes import INT64
from geartrain.tensor.interpreter import duty


class NoPlaces(NoSize, IndexError):
    """A slice of an axis whose size is not known yet."""


NEW = "new"  # an axis of size 1 that the key makes with None
SPOKEN = (slice, EllipsisType)
WHOLE = (slice(None), slice(0, None), slice(None, None, 1), slice(0, None, 1))


@dataclass(frozen=True)
class Part:
    """What a key says of one axis: a slice, a number, an index tensor, or that it is new."""

    says: Any

    @property
    def is_index(self) -> bool:
        """Whether it is a number or an index tensor, not a slice."""
        return isinstance(self.says, int | Tensor)


def item_of(x: Tensor, key: Any) -> Tensor:
    """The part of a tensor that a key chooses.

    Raises:
        IndexError: there are more indices than axes, or one lies outside of its axis.
    """
    if isinstance(key, list) and any(isinstance(each, SPOKEN) or each is None for each in key):
        key = tuple(key)  # as TensorFlow reads it: a list that could not be of places
    if duty.quiet and not x.is_symbolic and not _has_symbols(key):
        return Tensor(np.asarray(_by_numpy(x, key)))
    parts = _read(x, key if isinstance(key, tuple) else (key,))
    cut, parts = _cut(x, parts)
    if any(isinstance(part.says, Tensor) for part in parts):
        return _gathered(cut, parts)
    return _reshaped(cut, parts)


def _has_symbols(key: Any) -> bool:
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(part, Tensor) and part.is_symbolic for part in parts)


def _by_numpy(x: Tensor, key: Any) -> Any:
    """Eagerly, with nobody watching, NumPy does it."""
    plain = tuple(map(_plain, key)) if isinstance(key, tuple) else _plain(key)
    try:
        return x.shared()[plain]
    except IndexError as error:
        raise IndexError(_index_message(x, key, str(error))) from None


def _plain(part: Any) -> Any:
    if isinstance(part, slice):
        return slice(*map(_plain, (part.start, part.stop, part.step)))
    return part.shared() if isinstance(part, Tensor) else part


# -- reading -------------------------------------------------------------------------------------


def _read(x: Tensor, key: tuple[Any, ...]) -> list[Part]:
    """One part for each axis of x, and one for each new axis, in order."""
    parts = [each for part in key for each in _parts_of(part)]
    spoken = sum(part.says is not NEW and not _is_rest(part) for part in parts)
    missing = x.ndim - spoken
    if missing < 0 or sum(map(_is_rest, parts)) > 1:
        raise IndexError(_index_message(x, key, "more indices than axes"))
    whole = [Part(slice(None))] * missing
    at = next((number for number, part in enumerate(parts) if _is_rest(part)), None)
    parts = [*parts, *whole] if at is None else [*parts[:at], *whole, *parts[at + 1 :]]
    sizes = iter(x.shape)
    return [
        part if part.says is NEW else Part(_checked(part.says, next(sizes), x, key))
        for part in parts
    ]


def _is_rest(part: Part) -> bool:
    return isinstance(part.says, EllipsisType)


def _parts_of(part: Any) -> list[Part]:
    if part is None:
        return [Part(NEW)]
    if isinstance(part, slice | EllipsisType):
        return [Part(part)]
    if isinstance(part, int | np.integer) and not isinstance(part, bool):
        return [Part(int(part))]
    tensor = as_tensor(part)
    if tensor.dtype.kind == "b":
        return [Part(Tensor(each.astype(INT64))) for each in np.nonzero(tensor.numpy())]
    if 0 in tensor.shape and tensor.dtype.kind == "f":  # [], which is a list of floats
        tensor = Tensor(tensor.array.astype(INT64))
    return [Part(tensor)]


def _checked(says: Any, size: Size, x: Tensor, key: Any) -> Any:
    """A number made positive, an index tensor made so; errors for what lies outside."""
    if isinstance(says, int) and isinstance(size, int):
        if not -size <= says < size:
            raise IndexError(_index_message(x, key, f"{says} on an axis of size {size}"))
        return says % size
    if isinstance(says, Tensor):
        if says.dtype.kind not in "iu":
            raise IndexError(_index_message(x, key, f"an index of {says.dtype.name}"))
        return _not_negative(says, size)
    return says


def _not_negative(places: Tensor, size: Size) -> Tensor:
    if not isinstance(size, int) or places.dtype.kind == "u":
        return places
    if not places.is_symbolic:
        numbers = places.array
        return Tensor(np.where(numbers < 0, numbers + size, numbers).astype(INT64))
    wide = primitives.cast(places, dtype=INT64)
    zero, length = (_number(each, wide.shape) for each in (0, size))
    moved = primitives.add(wide, length)
    return primitives.select(primitives.less(wide, zero), moved, wide)


def _number(number: int, shape: Shape) -> Tensor:
    return primitives.fill(shape=shape, value=number, dtype=INT64)


# -- choosing ------------------------------------------------------------------------------------


def _cut(x: Tensor, parts: list[Part]) -> tuple[Tensor, list[Part]]:
    """Cut every slice, and every number as a slice of one place where there are no tensors."""
    gathers = any(isinstance(part.says, Tensor) for part in parts)
    axes = [part for part in parts if part.says is not NEW]
    starts, sizes, steps = [], [], []
    for part, size in zip(axes, x.shape, strict=True):
        start, count, step = _places(part.says, size, numbers=not gathers)
        starts.append(start)
        sizes.append(count)
        steps.append(step)
    whole = tuple(sizes) == x.shape and not any(starts) and set(steps) <= {1}
    if whole:
        return x, parts
    cut = primitives.slice_(x, starts=tuple(starts), sizes=tuple(sizes), steps=tuple(steps))
    return cut, parts


def _places(says: Any, size: Size, *, numbers: bool) -> tuple[int, Size, int]:
    """Start, count and step of what a part says of an axis."""
    if isinstance(says, int) and numbers:
        return says, 1, 1
    if not isinstance(says, slice) or says in WHOLE:
        return 0, size, 1
    if not isinstance(size, int):
        raise NoPlaces(_symbolic_message(says, size))
    limits = (None if each is None else int(each) for each in (says.start, says.stop, says.step))
    start, stop, step = slice(*limits).indices(size)
    count = len(range(start, stop, step))
    return (start if count else 0), count, step


def _reshaped(x: Tensor, parts: Sequence[Part]) -> Tensor:
    """Numbers take their axes away, and None makes new ones."""
    sizes = iter(x.shape)
    shape: list[Size] = []
    for part in parts:
        if part.says is NEW:
            shape.append(1)
            continue
        size = next(sizes)
        if not isinstance(part.says, int):
            shape.append(size)
    return x if tuple(shape) == x.shape else primitives.reshape(x, shape=tuple(shape))


def _gathered(x: Tensor, parts: list[Part]) -> Tensor:
    """Gather by the index tensors, and by the numbers beside them, broadcast together."""
    axes = [part for part in parts if part.says is not NEW]
    chosen = [axis for axis, part in enumerate(axes) if part.is_index]
    kept = [axis for axis in range(x.ndim) if axis not in chosen]
    indices = _together([axes[axis].says for axis in chosen])
    moved = primitives.transpose(x, perm=(*chosen, *kept))
    found = primitives.gather(moved, *indices)
    return _arranged(found, parts, len(indices[0].shape))


def _together(indices: list[Any]) -> list[Tensor]:
    tensors = [
        each if isinstance(each, Tensor) else Tensor(np.asarray(each, INT64)) for each in indices
    ]
    shape: Shape = ()
    for each in tensors:
        shape = broadcast_shapes(shape, each.shape, operation="indexing")
    return [
        each if each.shape == shape else primitives.broadcast_to(each, shape=shape)
        for each in tensors
    ]


def _arranged(found: Tensor, parts: list[Part], rank: int) -> Tensor:
    """Put the gathered axes where NumPy has them, and make the new axes.

    Where the indices stand side by side in the key, their axes take that place; else they come
    first.
    """
    places = [number for number, part in enumerate(parts) if part.is_index]
    side_by_side = places == list(range(places[0], places[-1] + 1))
    first = places[0] if side_by_side else 0
    sizes = iter(found.shape[rank:])
    rest = [(1 if part.says is NEW else next(sizes)) for part in parts if not part.is_index]
    before = sum(part.says is not NEW for part in parts[:first] if not part.is_index)
    order = (*range(rank, rank + before), *range(rank), *range(rank + before, found.ndim))
    turned = found if not before else primitives.transpose(found, perm=order)
    ahead = first if side_by_side else 0
    shape = (*rest[:ahead], *found.shape[:rank], *rest[ahead:])
    return turned if shape == turned.shape else primitives.reshape(turned, shape=shape)


# -- errors --------------------------------------------------------------------------------------


def _index_message(x: Tensor, key: Any, problem: str) -> str:
    return explain(
        "This index does not fit the tensor",
        given=f"x[{_format(key)}] for a tensor of shape {format_shape(x.shape)}",
        expected=f"up to {x.ndim} indices, each inside of its axis",
        axis=problem,
        remedy="print(x.shape), then x[i, ...], x[:, i], or ops.take(x, i, axis)",
    )


def _format(key: Any) -> str:
    if isinstance(key, tuple):
        return ", ".join(map(_format, key))
    if isinstance(key, slice):
        ends = ":".join("" if each is None else str(each) for each in (key.start, key.stop))
        return ends if key.step is None else f"{ends}:{key.step}"
    if isinstance(key, EllipsisType):
        return "..."
    if isinstance(key, Tensor | np.ndarray):
        return f"{type(key).__name__} {format_shape(key.shape)} {key.dtype.name}"
    return repr(key)


def _symbolic_message(says: slice, size: Size) -> str:
    return explain(
        "A symbolic axis cannot be sliced",
        given=f"[{_format(says)}] on an axis of size {size}",
        expected="[:] on an axis whose size is known at run time only",
        remedy="slice another axis, or the data before fit, or run_eagerly=True",
    )

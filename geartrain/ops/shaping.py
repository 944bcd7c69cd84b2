"""The same elements in another shape or order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.ops.core import convert_to_tensor
from geartrain.tensor import Tensor, normalize_axes

Axis = int | Sequence[int] | None

__all__ = [
    "broadcast_to",
    "expand_dims",
    "ravel",
    "reshape",
    "squeeze",
    "transpose",
]


def reshape(x: Any, newshape: Sequence[Any] | int) -> Tensor:
    """The same elements in another shape; one size may be -1, which is then found."""
    shape = (newshape,) if isinstance(newshape, int) else tuple(newshape)
    return primitives.reshape(convert_to_tensor(x), shape=shape)


def ravel(x: Any) -> Tensor:
    """The elements in one row."""
    return reshape(x, -1)


def expand_dims(x: Any, axis: int) -> Tensor:
    """The same elements with a new axis of size 1."""
    tensor = convert_to_tensor(x)
    (at,) = normalize_axes(axis, tensor.ndim + 1)
    return primitives.reshape(tensor, shape=(*tensor.shape[:at], 1, *tensor.shape[at:]))


def squeeze(x: Any, axis: Axis = None) -> Tensor:
    """The same elements without axes of size 1 (all such, or those named)."""
    tensor = convert_to_tensor(x)
    ones = [at for at, size in enumerate(tensor.shape) if size == 1]
    axes = ones if axis is None else normalize_axes(axis, tensor.ndim)
    if any(at not in ones for at in axes):
        raise ValueError(f"squeeze: axes {tuple(axes)} of shape {tensor.shape} are not all 1")
    kept = tuple(size for at, size in enumerate(tensor.shape) if at not in axes)
    return primitives.reshape(tensor, shape=kept)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Tensor:
    """The axes in another order: reversed, if None."""
    tensor = convert_to_tensor(x)
    order = reversed(range(tensor.ndim)) if axes is None else (each % tensor.ndim for each in axes)
    return primitives.transpose(tensor, perm=tuple(order))


def broadcast_to(x: Any, shape: Sequence[int]) -> Tensor:
    """The tensor repeated along axes that it lacks or of which it has one place."""
    return primitives.broadcast_to(convert_to_tensor(x), shape=tuple(shape))

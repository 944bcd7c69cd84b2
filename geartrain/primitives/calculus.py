"""What gradient rules are written with: constants in the shape of a tensor, and un-reducing."""

from __future__ import annotations

import numpy as np

from geartrain.primitives.primitive import PRIMITIVES
from geartrain.tensor import Shape, Tensor
from geartrain.tensor.interpreter import duty


def full_like(like: Tensor, number: float) -> Tensor:
    """The number in every place of a tensor's shape, in its dtype."""
    if duty.eager is not None and type(like.value) is np.ndarray:  # a constant: nobody need know
        array = np.empty_like(like.value)
        array.fill(number)
        return Tensor(array)
    scalar = Tensor(np.asarray(number, like.dtype))
    return PRIMITIVES["broadcast_to"](scalar, shape=like.shape)


def where(condition: Tensor, first: Tensor, otherwise: float) -> Tensor:
    """`first` where the condition holds, else a number."""
    return PRIMITIVES["select"](condition, first, full_like(first, otherwise))


def restore_axes(reduced: Tensor, axes: tuple[int, ...], shape: Shape) -> Tensor:
    """Repeat a reduced tensor along the axes it lost: the reduction's shape back again."""
    if not reduced.shape:
        return PRIMITIVES["broadcast_to"](reduced, shape=shape)
    with_ones = tuple(1 if axis in axes else size for axis, size in enumerate(shape))
    kept = PRIMITIVES["reshape"](reduced, shape=with_ones)
    return PRIMITIVES["broadcast_to"](kept, shape=shape)


def scaled(tensor: Tensor, number: float) -> Tensor:
    """A tensor times a number."""
    return PRIMITIVES["multiply"](tensor, full_like(tensor, number))


def reciprocal(tensor: Tensor) -> Tensor:
    """One over a tensor."""
    return PRIMITIVES["divide"](full_like(tensor, 1.0), tensor)


def as_float(condition: Tensor, like: Tensor) -> Tensor:
    """1 where a condition holds and 0 where not, in another tensor's dtype."""
    return PRIMITIVES["cast"](condition, dtype=like.dtype)

"""Choosing elements by their places, and the other way round."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.ops.comparison import equal
from geartrain.ops.core import cast, convert_to_tensor
from geartrain.ops.shaping import expand_dims
from geartrain.primitives import bind
from geartrain.tensor import Tensor, normalize_axes

__all__ = [
    "one_hot",
    "take",
]


def take(x: Any, indices: Any, axis: int | None = None) -> Tensor:
    """The places along an axis that the indices name; negative ones count from the end."""
    tensor, wanted = convert_to_tensor(x), convert_to_tensor(indices)
    flat = primitives.reshape(tensor, shape=(-1,)) if axis is None else tensor
    (at,) = normalize_axes(0 if axis is None else axis, flat.ndim)
    if not wanted.is_symbolic and wanted.dtype.kind == "i" and np.any(wanted.numpy() < 0):
        wanted = Tensor(np.where(wanted.numpy() < 0, wanted.numpy() + len(flat), wanted.numpy()))
    return primitives.take(flat, wanted, axis=at)


def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = "float32") -> Tensor:
    """1 at the place that each number names, 0 elsewhere, along a new axis.

    >>> one_hot([2, 0], 3).numpy().tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    numbers = convert_to_tensor(x)
    rank = numbers.ndim + 1
    (at,) = normalize_axes(axis, rank)
    shape = (*numbers.shape[:at], num_classes, *numbers.shape[at:])
    places = bind(primitives.iota, shape=shape, axis=at, dtype=numbers.dtype)
    return cast(equal(expand_dims(numbers, at), places), dtype)

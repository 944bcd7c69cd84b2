"""Making tensors of numbers that follow a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.ops.core import convert_to_tensor
from geartrain.tensor import Tensor, as_dtype, normalize_axes
from geartrain.tensor.dtypes import scalar_default

__all__ = [
    "arange",
    "full",
    "ones",
    "ones_like",
    "size_of",
    "zeros",
    "zeros_like",
]


def size_of(x: Any, axis: int | None = None, dtype: Any = "float32") -> Tensor:
    """How many elements there are (along an axis), as a scalar.

    Where the batch is a symbol, the number is known at run time only.
    """
    tensor = convert_to_tensor(x)
    axes = normalize_axes(axis, tensor.ndim)
    return primitives.size(tensor, axes=axes, dtype=as_dtype(dtype))


def zeros(shape: Sequence[int], dtype: Any = "float32") -> Tensor:
    """A tensor of zeros."""
    return full(shape, 0, dtype)


def ones(shape: Sequence[int], dtype: Any = "float32") -> Tensor:
    """A tensor of ones."""
    return full(shape, 1, dtype)


def full(shape: Sequence[int], fill_value: float, dtype: Any = "float32") -> Tensor:
    """A tensor with one number in every place."""
    return primitives.fill(shape=tuple(shape), value=fill_value, dtype=as_dtype(dtype))


def zeros_like(x: Any, dtype: Any = None) -> Tensor:
    """Zeros in the shape of `x`."""
    like = convert_to_tensor(x)
    return full(like.shape, 0, dtype or like.dtype)  # type: ignore[arg-type]


def ones_like(x: Any, dtype: Any = None) -> Tensor:
    """Ones in the shape of `x`."""
    like = convert_to_tensor(x)
    return full(like.shape, 1, dtype or like.dtype)  # type: ignore[arg-type]


def arange(start: float, stop: float | None = None, step: float = 1, dtype: Any = None) -> Tensor:
    """Numbers from `start` (0 if only one is given) up to but not including `stop`."""
    first, last = (0, start) if stop is None else (start, stop)
    numbers = np.arange(first, last, step)
    return Tensor(
        numbers.astype(scalar_default(numbers.dtype) if dtype is None else as_dtype(dtype))
    )

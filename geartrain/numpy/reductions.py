"""Reductions, cumulative operations and products, under the names of the array API standard."""

from __future__ import annotations

import math
from typing import Any

from geartrain import ops
from geartrain.ops.core import promoted
from geartrain.ops.reductions import widened
from geartrain.tensor import Tensor, normalize_axes

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "cumulative_prod",
    "cumulative_sum",
    "diff",
    "matmul",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "tensordot",
    "var",
    "vecdot",
]


def sum(x: Tensor, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
    """The sum along some axes."""
    return ops.sum(x if dtype is None else ops.cast(x, dtype), axis, keepdims)


def prod(x: Tensor, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Tensor:
    """The product along some axes."""
    return ops.prod(x, axis, keepdims, dtype)


def max(x: Tensor, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The largest element along some axes."""
    return ops.max(x, axis, keepdims)


def min(x: Tensor, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The smallest element along some axes."""
    return ops.min(x, axis, keepdims)


def mean(x: Tensor, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The mean along some axes."""
    return ops.mean(x, axis, keepdims)


def var(
    x: Tensor, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False
) -> Tensor:
    """The squared distances from the mean: their sum, over their number less `correction`."""
    found = ops.var(x, axis, keepdims)
    if not correction:
        return found
    axes = normalize_axes(axis, x.ndim)
    count = math.prod(int(str(x.shape[at])) for at in axes)
    left = count - correction
    return ops.multiply(found, count / left if left > 0 else float("nan"))


def std(
    x: Tensor, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False
) -> Tensor:
    """The square root of `var`."""
    return ops.sqrt(var(x, axis=axis, correction=correction, keepdims=keepdims))


def all(x: Tensor, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Whether every element along some axes is true."""
    return ops.all(x, axis, keepdims)


def any(x: Tensor, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Whether some element along some axes is true."""
    return ops.any(x, axis, keepdims)


def count_nonzero(x: Tensor, /, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """How many elements along some axes are not zero."""
    return ops.sum(ops.cast(ops.not_equal(x, ops.zeros_like(x)), "int32"), axis, keepdims)


def argmax(x: Tensor, /, *, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The place of the largest element."""
    return ops.argmax(x, axis, keepdims)


def argmin(x: Tensor, /, *, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The place of the smallest element."""
    return ops.argmin(x, axis, keepdims)


def cumulative_sum(
    x: Tensor, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> Tensor:
    """The sum of the places up to each, after a 0 if `include_initial`."""
    return _cumulative(ops.cumsum, x, axis, dtype, 0 if include_initial else None)


def cumulative_prod(
    x: Tensor, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> Tensor:
    """The product of the places up to each, after a 1 if `include_initial`."""
    return _cumulative(ops.cumprod, x, axis, dtype, 1 if include_initial else None)


def _cumulative(operation: Any, x: Tensor, axis: int | None, dtype: Any, initial: Any) -> Tensor:
    """Small integers are widened as `sum` has them; a vector needs no axis."""
    wide = widened(x) if dtype is None else ops.cast(x, dtype)
    (at,) = normalize_axes(0 if axis is None else axis, x.ndim)
    found: Tensor = operation(wide, at)
    if initial is None:
        return found
    edge = tuple(1 if each == at else size for each, size in enumerate(found.shape))
    return ops.concatenate([ops.full(edge, initial, found.dtype), found], at)


def diff(
    x: Tensor,
    /,
    *,
    axis: int = -1,
    n: int = 1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
) -> Tensor:
    """Each place of an axis minus the one before it, n times over."""
    parts = [each for each in (prepend, x, append) if each is not None]
    return ops.diff(ops.concatenate(parts, axis) if len(parts) > 1 else x, n, axis)


def matmul(x1: Any, x2: Any, /) -> Tensor:
    """The matrix product over the last two axes."""
    return ops.matmul(x1, x2)


def tensordot(x1: Tensor, x2: Tensor, /, *, axes: Any = 2) -> Tensor:
    """The sum over pairs of axes."""
    return ops.tensordot(x1, x2, axes)


def vecdot(x1: Tensor, x2: Tensor, /, *, axis: int = -1) -> Tensor:
    """The dot product of vectors along an axis; those of x1 conjugated, if complex."""
    x, y = promoted(x1, x2)
    product = ops.multiply(ops.conj(ops.moveaxis(x, axis, -1)), ops.moveaxis(y, axis, -1))
    return ops.cast(ops.sum(product, -1), product.dtype)

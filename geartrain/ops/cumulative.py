"""Sums and products up to each place, differences, integrals."""

from __future__ import annotations

import builtins
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, isnan, not_equal
from geartrain.ops.core import cast, convert_to_tensor, promoted
from geartrain.ops.elementwise import add, multiply, subtract
from geartrain.ops.reductions import sum
from geartrain.ops.shaping import cut_out, ravel, reshape, static_size
from geartrain.primitives import Primitive
from geartrain.tensor import Tensor, normalize_axis
from geartrain.tensor.dtypes import BOOL, INT32

__all__ = [
    "cumprod",
    "cumsum",
    "diff",
    "nancumprod",
    "nancumsum",
    "trapezoid",
]


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """The sum of the places up to each, along an axis (of the elements in one row, if None)."""
    return _cumulative(primitives.cumulative_sum, x, axis, dtype)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """The product of the places up to each, along an axis (of the elements in one row, if None)."""
    return _cumulative(primitives.cumulative_product, x, axis, dtype)


def _cumulative(primitive: Primitive, x: Any, axis: int | None, dtype: Any) -> Tensor:
    tensor = convert_to_tensor(x, dtype)
    tensor = cast(tensor, INT32) if tensor.dtype == BOOL and dtype is None else tensor
    if axis is None:
        tensor, axis = ravel(tensor), 0
    return primitive(tensor, axis=normalize_axis(axis, tensor.ndim))


def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """As `cumsum`, with NaN counted as 0."""
    return cumsum(without_nan(x, 0), axis, dtype)


def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """As `cumprod`, with NaN counted as 1."""
    return cumprod(without_nan(x, 1), axis, dtype)


def without_nan(x: Any, number: float) -> Tensor:
    """The tensor with a number in the place of NaN."""
    tensor = convert_to_tensor(x)
    return tensor if tensor.dtype.kind in "biu" else choose(isnan(tensor), number, tensor)


def diff(a: Any, n: int = 1, axis: int = -1) -> Tensor:
    """Each place of an axis minus the one before it, n times over."""
    tensor = convert_to_tensor(a)
    if n < 0:
        raise ValueError(_diff_message(n))
    at = normalize_axis(axis, tensor.ndim)
    change = not_equal if tensor.dtype == BOOL else subtract
    for _ in range(n):
        size = static_size(tensor.shape[at], "diff")
        start = builtins.min(1, size)
        tensor = change(
            cut_out(tensor, at, start, size), cut_out(tensor, at, 0, builtins.max(size - 1, 0))
        )
    return tensor


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """The integral along an axis by the trapezoidal rule.

    Args:
        y: the values.
        x: where they stand: a vector, or a tensor of y's shape; None puts them `dx` apart.
        dx: how far apart they stand.
        axis: along which axis.
    """
    (values,) = promoted(y, floating=True)
    at = normalize_axis(axis, values.ndim)
    size = static_size(values.shape[at], "trapezoid")
    last = builtins.max(size - 1, 0)
    ends = cut_out(values, at, builtins.min(1, size), size), cut_out(values, at, 0, last)
    return sum(multiply(add(*ends), _halves(x, dx, values, at)), at)


def _halves(x: Any, dx: Any, values: Tensor, axis: int) -> Any:
    """Half the distances of the places, as two neighbours share each."""
    return dx * 0.5 if x is None else multiply(_distances(x, values, axis), 0.5)


def _distances(x: Any, values: Tensor, axis: int) -> Tensor:
    (places,) = promoted(x, floating=True)
    if places.ndim != 1:
        return diff(places, axis=axis)
    steps = diff(places)
    shape = tuple(steps.shape[0] if at == axis else 1 for at in range(values.ndim))
    return reshape(steps, shape)


def _diff_message(n: int) -> str:
    return explain(
        "diff cannot be taken a negative number of times",
        given=f"n={n}",
        expected="n from 0 on",
        remedy="ops.cumsum(x, axis), which is diff's other way round",
    )

"""Reductions: the elements along some axes become one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.ops.comparison import equal, isnan, logical_or, where
from geartrain.ops.core import cast, convert_to_tensor, promoted
from geartrain.ops.elementwise import divide, sqrt, square, subtract
from geartrain.primitives import bind
from geartrain.tensor import Tensor, normalize_axes
from geartrain.tensor.dtypes import INT32

Axis = int | Sequence[int] | None

__all__ = [
    "argmax",
    "argmin",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum along some axes (all, if None); small integers and bools are summed as int32."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind == "b" or (tensor.dtype.itemsize < 4 and tensor.dtype.kind in "iu"):
        tensor = cast(tensor, INT32 if tensor.dtype.kind != "u" else "uint32")
    return _reduced(primitives.sum_, tensor, axis, keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The product along some axes."""
    return _reduced(primitives.prod, convert_to_tensor(x), axis, keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest element along some axes."""
    return _reduced(primitives.max_, convert_to_tensor(x), axis, keepdims)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest element along some axes."""
    return _reduced(primitives.min_, convert_to_tensor(x), axis, keepdims)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean along some axes: the sum over the number of elements."""
    (tensor,) = promoted(x, floating=True)
    axes = normalize_axes(axis, tensor.ndim)
    count = bind(primitives.size, tensor, axes=axes, dtype=tensor.dtype)
    return divide(_reduced(primitives.sum_, tensor, axes, keepdims), count)


def var(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean of the squared distances from the mean."""
    (tensor,) = promoted(x, floating=True)
    return mean(square(subtract(tensor, mean(tensor, axis, True))), axis, keepdims)


def std(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The square root of the variance."""
    return sqrt(var(x, axis, keepdims))


def _reduced(primitive: primitives.Primitive, tensor: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    axes = normalize_axes(axis, tensor.ndim)
    reduced = primitive(tensor, axes=axes)
    if not keepdims:
        return reduced
    kept = tuple(1 if at in axes else size for at, size in enumerate(tensor.shape))
    return primitives.reshape(reduced, shape=kept)


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The place of the largest element along an axis: of the first one, if some tie."""
    return _place_of_extreme(max, x, axis, keepdims)


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """The place of the smallest element along an axis: of the first one, if some tie."""
    return _place_of_extreme(min, x, axis, keepdims)


def _place_of_extreme(extreme: Any, x: Any, axis: int | None, keepdims: bool) -> Tensor:
    """The first place at which an element equals the extreme one (or is NaN, as that is then)."""
    tensor = convert_to_tensor(x)
    flat = primitives.reshape(tensor, shape=(-1,)) if axis is None else tensor
    (at,) = normalize_axes(0 if axis is None else axis, flat.ndim)
    best = extreme(flat, at, keepdims=True)
    found = equal(flat, best)
    if flat.dtype.kind == "f":
        found = logical_or(found, isnan(flat))
    places = bind(primitives.iota, shape=flat.shape, axis=at, dtype=INT32)
    beyond = bind(primitives.size, flat, axes=(at,), dtype=INT32)
    first = min(where(found, places, beyond), at, keepdims=keepdims and axis is not None)
    if keepdims and axis is None:
        return primitives.reshape(first, shape=(1,) * tensor.ndim)
    return first

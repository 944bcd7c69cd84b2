"""Reductions: the elements along some axes become one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, equal, isclose, isnan, logical_or
from geartrain.ops.core import cast, convert_to_tensor, elementwise, promoted
from geartrain.ops.elementwise import absolute, add, divide, multiply, square, subtract
from geartrain.ops.functions import exp, log, sqrt
from geartrain.primitives import Primitive
from geartrain.primitives.calculus import full_like
from geartrain.primitives.families import Elementwise
from geartrain.tensor import Tensor, format_shape, normalize_axes
from geartrain.tensor.dtypes import BOOL, FLOAT32, INT32

Axis = int | Sequence[int] | None

__all__ = [
    "all",
    "allclose",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "average",
    "count_nonzero",
    "logsumexp",
    "max",
    "mean",
    "min",
    "prod",
    "ptp",
    "std",
    "sum",
    "var",
]


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum along some axes (all, if None); small integers and bools are summed as int32."""
    return _reduced(primitives.sum_, widened(x), axis, keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """The product along some axes; small integers and bools are multiplied as int32."""
    tensor = widened(x) if dtype is None else cast(x, dtype)
    return _reduced(primitives.prod, tensor, axis, keepdims)


def widened(x: Any) -> Tensor:
    """Bools and small integers as int32, or uint32."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind in "biu" and tensor.dtype.itemsize < INT32.itemsize:
        return cast(tensor, "uint32" if tensor.dtype.kind == "u" else INT32)
    return tensor


def max(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """The largest element along some axes, and of `initial`; NaN where one is."""
    return _extreme(primitives.max_, primitives.maximum, x, axis, keepdims, initial)


def min(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """The smallest element along some axes, and of `initial`; NaN where one is."""
    return _extreme(primitives.min_, primitives.minimum, x, axis, keepdims, initial)


def amax(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest element along some axes; NaN where one is."""
    return max(x, axis, keepdims)


def amin(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest element along some axes; NaN where one is."""
    return min(x, axis, keepdims)


def _extreme(
    reduction: Primitive,
    beside: Elementwise,
    x: Any,
    axis: Axis,
    keepdims: bool,
    initial: Any,
) -> Tensor:
    tensor = convert_to_tensor(x)
    axes = normalize_axes(axis, tensor.ndim)
    if initial is None and 0 in [tensor.shape[at] for at in axes]:
        raise ValueError(_empty_message(reduction.name, tensor))
    found = _reduced(reduction, tensor, axes, keepdims)
    return found if initial is None else elementwise(beside, found, cast(initial, found.dtype))


def any(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether some element along the axes is true."""
    return _reduced(primitives.max_, cast(x, BOOL), axis, keepdims)


def all(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether every element along the axes is true."""
    return _reduced(primitives.min_, cast(x, BOOL), axis, keepdims)


def allclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether `isclose` holds for every element."""
    return all(isclose(x1, x2, rtol, atol, equal_nan))


def count_nonzero(x: Any, axis: Axis = None) -> Tensor:
    """How many elements along the axes are not zero."""
    return sum(cast(cast(x, BOOL), INT32), axis)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean along some axes: the sum over the number of elements."""
    (tensor,) = promoted(x, floating=True)
    wide = in_single(tensor)
    axes = normalize_axes(axis, tensor.ndim)
    count = primitives.size(wide, axes=axes, dtype=wide.dtype)
    return cast(divide(_reduced(primitives.sum_, wide, axes, keepdims), count), tensor.dtype)


def var(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean of the squared distances from the mean."""
    (tensor,) = promoted(x, floating=True)
    wide = in_single(tensor)
    if wide.dtype.kind == "c":
        distance = absolute(subtract(wide, mean(wide, axis, True)))
        return mean(square(distance), axis, keepdims)
    return cast(_reduced(primitives.variance, wide, axis, keepdims), tensor.dtype)


def in_single(tensor: Tensor) -> Tensor:
    """A half-precision tensor as float32, in which its sums neither overflow nor stall."""
    return cast(tensor, FLOAT32) if tensor.dtype.itemsize == 2 else tensor


def std(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The square root of the variance."""
    return sqrt(var(x, axis, keepdims))


def ptp(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest element minus the smallest."""
    return subtract(max(x, axis, keepdims), min(x, axis, keepdims))


def average(x: Any, axis: Axis = None, weights: Any = None) -> Tensor:
    """The mean along some axes, each element counted with its weight."""
    if weights is None:
        return mean(x, axis)
    values, factors = promoted(x, weights, floating=True)
    if factors.shape != values.shape:
        factors = _along(factors, values, axis)
    return divide(sum(multiply(values, factors), axis), sum(factors, axis))


def _along(weights: Tensor, values: Tensor, axis: Axis) -> Tensor:
    """Weights of one axis, repeated to the shape of the values."""
    if not isinstance(axis, int) or weights.shape != (values.shape[axis],):
        raise ValueError(_weights_message(weights, values, axis))
    (at,) = normalize_axes(axis, values.ndim)
    shape = tuple(size if each == at else 1 for each, size in enumerate(values.shape))
    return primitives.broadcast_to(primitives.reshape(weights, shape=shape), shape=values.shape)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The logarithm of the sum of e^x along some axes, without overflow."""
    (tensor,) = promoted(x, floating=True)
    top = primitives.stop_gradient(max(tensor, axis, keepdims=True))
    finite = primitives.select(primitives.is_finite(top), top, full_like(top, 0.0))
    total = sum(exp(subtract(tensor, finite)), axis, keepdims=True)
    found = add(log(total), finite)
    kept = _reduced(primitives.sum_, found, axis, False)  # of one element: the axes go
    return found if keepdims else kept


def _reduced(primitive: Primitive, tensor: Tensor, axis: Axis, keepdims: bool) -> Tensor:
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
    if flat.dtype.kind not in "biu":
        found = logical_or(found, isnan(flat))
    places = primitives.iota(shape=flat.shape, axis=at, dtype=INT32)
    beyond = primitives.size(flat, axes=(at,), dtype=INT32)
    first = min(choose(found, places, beyond), at, keepdims=keepdims and axis is not None)
    if keepdims and axis is None:
        return primitives.reshape(first, shape=(1,) * tensor.ndim)
    return first


def _empty_message(name: str, x: Tensor) -> str:
    return explain(
        f"{name} of no elements does not exist",
        given=f"a tensor of shape {format_shape(x.shape)}",
        expected="an element at least along the axes that are reduced",
        axis="; ".join(f"axis {at} has size 0" for at, size in enumerate(x.shape) if size == 0),
        remedy=f"ops.{name}(x, initial=0.0)",
    )


def _weights_message(weights: Tensor, values: Tensor, axis: Axis) -> str:
    return explain(
        "average cannot align these weights",
        given=f"weights {format_shape(weights.shape)}, x {format_shape(values.shape)}, axis={axis}",
        expected="weights of the shape of x, or one for each place of the axis",
        remedy="ops.average(x, axis=0, weights=w), with len(w) == x.shape[0]",
    )

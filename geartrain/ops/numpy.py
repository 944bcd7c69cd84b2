"""Element-wise operations, comparisons and reductions, under the names of `keras.ops`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.ops.core import broadcast_together, cast, convert_to_tensor, elementwise, promoted
from geartrain.primitives import bind
from geartrain.tensor import Tensor, normalize_axes
from geartrain.tensor.dtypes import BOOL, INT32

Axis = int | Sequence[int] | None


def add(x1: Any, x2: Any) -> Tensor:
    """x1 + x2, element by element."""
    return elementwise(primitives.add, x1, x2)


def subtract(x1: Any, x2: Any) -> Tensor:
    """x1 - x2, element by element."""
    return elementwise(primitives.subtract, x1, x2)


def multiply(x1: Any, x2: Any) -> Tensor:
    """x1 * x2, element by element."""
    return elementwise(primitives.multiply, x1, x2)


def divide(x1: Any, x2: Any) -> Tensor:
    """x1 / x2, element by element; integers become floats."""
    return elementwise(primitives.divide, x1, x2, floating=True)


def power(x1: Any, x2: Any) -> Tensor:
    """x1 to the power of x2, element by element."""
    if isinstance(x2, int | float) and x2 == 2:
        return square(x1)
    return elementwise(primitives.power, x1, x2, floating=True)


def maximum(x1: Any, x2: Any) -> Tensor:
    """The larger of x1 and x2, element by element; NaN where either is."""
    return elementwise(primitives.maximum, x1, x2)


def minimum(x1: Any, x2: Any) -> Tensor:
    """The smaller of x1 and x2, element by element; NaN where either is."""
    return elementwise(primitives.minimum, x1, x2)


def negative(x: Any) -> Tensor:
    """-x."""
    return elementwise(primitives.negative, x)


def absolute(x: Any) -> Tensor:
    """|x|."""
    return elementwise(primitives.abs_, x)


abs = absolute  # noqa: A001  (the name that NumPy and Keras give it)


def sign(x: Any) -> Tensor:
    """-1, 0 or 1."""
    return elementwise(primitives.sign, x)


def square(x: Any) -> Tensor:
    """x * x."""
    return elementwise(primitives.square, x)


def exp(x: Any) -> Tensor:
    """e to the power of x."""
    return elementwise(primitives.exp, x, floating=True)


def log(x: Any) -> Tensor:
    """The natural logarithm."""
    return elementwise(primitives.log, x, floating=True)


def sqrt(x: Any) -> Tensor:
    """The square root."""
    return elementwise(primitives.sqrt, x, floating=True)


def rsqrt(x: Any) -> Tensor:
    """One over the square root."""
    return elementwise(primitives.rsqrt, x, floating=True)


def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent."""
    return elementwise(primitives.tanh, x, floating=True)


def floor(x: Any) -> Tensor:
    """The largest whole number that is not above x."""
    return elementwise(primitives.floor, x, floating=True)


def equal(x1: Any, x2: Any) -> Tensor:
    """x1 == x2, element by element."""
    return elementwise(primitives.equal, x1, x2)


def not_equal(x1: Any, x2: Any) -> Tensor:
    """x1 != x2, element by element."""
    return elementwise(primitives.not_equal, x1, x2)


def less(x1: Any, x2: Any) -> Tensor:
    """x1 < x2, element by element."""
    return elementwise(primitives.less, x1, x2)


def less_equal(x1: Any, x2: Any) -> Tensor:
    """x1 <= x2, element by element."""
    return elementwise(primitives.less_equal, x1, x2)


def greater(x1: Any, x2: Any) -> Tensor:
    """x1 > x2, element by element."""
    return elementwise(primitives.greater, x1, x2)


def greater_equal(x1: Any, x2: Any) -> Tensor:
    """x1 >= x2, element by element."""
    return elementwise(primitives.greater_equal, x1, x2)


def logical_and(x1: Any, x2: Any) -> Tensor:
    """Whether both are true, element by element."""
    return elementwise(primitives.logical_and, cast(x1, BOOL), cast(x2, BOOL))


def logical_or(x1: Any, x2: Any) -> Tensor:
    """Whether either is true, element by element."""
    return elementwise(primitives.logical_or, cast(x1, BOOL), cast(x2, BOOL))


def logical_not(x: Any) -> Tensor:
    """Whether it is false, element by element."""
    return elementwise(primitives.logical_not, cast(x, BOOL))


def isnan(x: Any) -> Tensor:
    """Whether an element is not a number."""
    return elementwise(primitives.is_nan, x)


def where(condition: Any, x1: Any, x2: Any) -> Tensor:
    """x1 where the condition holds, else x2."""
    values = promoted(x1, x2)
    chosen = broadcast_together(cast(condition, BOOL), *values, operation="where")
    return primitives.select(*chosen)


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    """x, but not below `x_min` and not above `x_max`."""
    return minimum(maximum(x, x_min), x_max)


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The sum along some axes (all, if None); small integers and bools are summed as int32."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind == "b" or (tensor.dtype.itemsize < 4 and tensor.dtype.kind in "iu"):
        tensor = cast(tensor, INT32 if tensor.dtype.kind != "u" else "uint32")
    return _reduced(primitives.sum_, tensor, axis, keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The product along some axes."""
    return _reduced(primitives.prod, convert_to_tensor(x), axis, keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
    """The largest element along some axes."""
    return _reduced(primitives.max_, convert_to_tensor(x), axis, keepdims)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001
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


def stop_gradient(variable: Any) -> Tensor:
    """The value itself, through which no derivative goes."""
    return primitives.stop_gradient(convert_to_tensor(variable))

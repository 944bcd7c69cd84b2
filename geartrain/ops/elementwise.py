"""Element-wise arithmetic, under the names of `keras.ops`."""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.ops.core import (
    binary,
    broadcast_together,
    cast,
    convert_to_tensor,
    elementwise,
    promoted,
    unary,
    unary_float,
)
from geartrain.primitives.calculus import full_like
from geartrain.primitives.families import Elementwise
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import BOOL, INT32, finfo

__all__ = [
    "abs",
    "absolute",
    "add",
    "clip",
    "copy",
    "divide",
    "divide_no_nan",
    "fabs",
    "fmax",
    "fmin",
    "heaviside",
    "maximum",
    "minimum",
    "multiply",
    "nan_to_num",
    "negative",
    "power",
    "reciprocal",
    "sign",
    "square",
    "stop_gradient",
    "subtract",
    "true_divide",
]


def add(x1: Any, x2: Any) -> Tensor:
    """x1 + x2, element by element."""
    return binary(primitives.add, x1, x2)


def subtract(x1: Any, x2: Any) -> Tensor:
    """x1 - x2, element by element."""
    return binary(primitives.subtract, x1, x2)


def multiply(x1: Any, x2: Any) -> Tensor:
    """x1 * x2, element by element."""
    return binary(primitives.multiply, x1, x2)


def divide(x1: Any, x2: Any) -> Tensor:
    """x1 / x2, element by element; integers become floats."""
    if type(x1) is Tensor and type(x2) is Tensor and x1.dtype.kind == "f":
        return binary(primitives.divide, x1, x2)
    return elementwise(primitives.divide, x1, x2, floating=True)


true_divide = divide


def divide_no_nan(x1: Any, x2: Any) -> Tensor:
    """x1 / x2, and 0 where x2 is 0; the derivative there is 0 as well."""
    x, y = broadcast_together(*promoted(x1, x2, floating=True), operation="divide_no_nan")
    zero = full_like(y, 0.0)
    none = primitives.equal(y, zero)
    quotient = primitives.divide(x, primitives.select(none, full_like(y, 1.0), y))
    return primitives.select(none, zero, quotient)


def reciprocal(x: Any) -> Tensor:
    """1 / x, element by element."""
    return divide(1.0, x)


def power(x1: Any, x2: Any) -> Tensor:
    """x1 to the power of x2, element by element."""
    if isinstance(x2, int | float) and x2 == 2 and not isinstance(x2, bool):
        x = promoted(x1, x2)[0]
        return primitives.square(x)
    return elementwise(primitives.power, x1, x2)


def square(x: Any) -> Tensor:
    """x * x; bools become int32."""
    tensor = convert_to_tensor(x)
    return primitives.square(cast(tensor, INT32) if tensor.dtype == BOOL else tensor)


def maximum(x1: Any, x2: Any) -> Tensor:
    """The larger of x1 and x2, element by element; NaN where either is."""
    return binary(primitives.maximum, x1, x2)


def minimum(x1: Any, x2: Any) -> Tensor:
    """The smaller of x1 and x2, element by element; NaN where either is."""
    return binary(primitives.minimum, x1, x2)


def fmax(x1: Any, x2: Any) -> Tensor:
    """The larger of x1 and x2, element by element; the number where the other is NaN."""
    return _without_nan(primitives.maximum, x1, x2)


def fmin(x1: Any, x2: Any) -> Tensor:
    """The smaller of x1 and x2, element by element; the number where the other is NaN."""
    return _without_nan(primitives.minimum, x1, x2)


def _without_nan(extremum: Elementwise, x1: Any, x2: Any) -> Tensor:
    x, y = broadcast_together(*promoted(x1, x2), operation=extremum.name)
    if x.dtype.kind in "biu":
        return extremum(x, y)
    chosen = primitives.select(primitives.is_nan(y), x, extremum(x, y))
    return primitives.select(primitives.is_nan(x), y, chosen)


def negative(x: Any) -> Tensor:
    """-x."""
    return unary(primitives.negative, x)


def absolute(x: Any) -> Tensor:
    """|x|; of a complex number its distance from 0."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind in "bu":
        return tensor
    return primitives.magnitude(tensor) if tensor.dtype.kind == "c" else primitives.abs_(tensor)


abs = absolute


def fabs(x: Any) -> Tensor:
    """|x|, as a float."""
    return unary_float(primitives.abs_, x)


def sign(x: Any) -> Tensor:
    """-1, 0 or 1."""
    return unary(primitives.sign, x)


def heaviside(x1: Any, x2: Any) -> Tensor:
    """0 where x1 is negative, 1 where it is positive, and x2 where it is 0."""
    x, y = broadcast_together(*promoted(x1, x2, floating=True), operation="heaviside")
    zero = full_like(x, 0.0)
    step = primitives.cast(primitives.greater(x, zero), dtype=x.dtype)
    known = primitives.select(primitives.is_nan(x), x, step)
    return primitives.select(primitives.equal(x, zero), y, known)


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    """x, but not below `x_min` and not above `x_max`; None is no bound. Bools become int32."""
    tensor = convert_to_tensor(x)
    bounded = cast(tensor, INT32) if tensor.dtype == BOOL else tensor
    if x_min is not None:
        bounded = maximum(bounded, x_min)
    return bounded if x_max is None else minimum(bounded, x_max)


def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Tensor:
    """x with numbers for NaN and the infinities: the dtype's largest and smallest by default."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind in "biu":
        return tensor
    limits = finfo(tensor.dtype)
    high = float(limits.max) if posinf is None else posinf
    low = float(limits.min) if neginf is None else neginf
    found = _replaced(tensor, primitives.is_nan(tensor), nan)
    found = _replaced(found, primitives.equal(tensor, full_like(tensor, float("inf"))), high)
    return _replaced(found, primitives.equal(tensor, full_like(tensor, -float("inf"))), low)


def _replaced(x: Tensor, where: Tensor, number: Any) -> Tensor:
    by = primitives.broadcast_to(convert_to_tensor(number, x.dtype), shape=x.shape)
    return primitives.select(where, by, x)


def stop_gradient(variable: Any) -> Tensor:
    """The value itself, through which no derivative goes."""
    return primitives.stop_gradient(convert_to_tensor(variable))


def copy(x: Any) -> Tensor:
    """A tensor of the same numbers; as tensors do not change, it is the tensor itself."""
    return convert_to_tensor(x)

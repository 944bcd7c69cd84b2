"""Element-wise arithmetic and functions, under the names of `keras.ops`."""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.ops.core import convert_to_tensor, elementwise
from geartrain.tensor import Tensor

__all__ = [
    "abs",
    "absolute",
    "add",
    "clip",
    "divide",
    "exp",
    "floor",
    "log",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "power",
    "rsqrt",
    "sign",
    "sqrt",
    "square",
    "stop_gradient",
    "subtract",
    "tanh",
]


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


abs = absolute


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


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    """x, but not below `x_min` and not above `x_max`."""
    return minimum(maximum(x, x_min), x_max)


def stop_gradient(variable: Any) -> Tensor:
    """The value itself, through which no derivative goes."""
    return primitives.stop_gradient(convert_to_tensor(variable))

"""Element-wise functions: exponentials, logarithms, roots, angles, special functions."""

from __future__ import annotations

import math
from typing import Any

from geartrain import primitives
from geartrain.ops.core import broadcast_together, cast, elementwise, promoted, unary_float
from geartrain.ops.elementwise import divide, multiply
from geartrain.primitives.calculus import full_like
from geartrain.tensor import Tensor

LOG_OF_2 = math.log(2)

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cbrt",
    "cos",
    "cosh",
    "deg2rad",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "hypot",
    "i0",
    "ldexp",
    "log",
    "log10",
    "log1p",
    "log2",
    "logaddexp",
    "logaddexp2",
    "rad2deg",
    "rsqrt",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
]


def exp(x: Any) -> Tensor:
    """e to the power of x."""
    return unary_float(primitives.exp, x)


def exp2(x: Any) -> Tensor:
    """2 to the power of x."""
    return unary_float(primitives.exp2, x)


def expm1(x: Any) -> Tensor:
    """e to the power of x, minus 1, exact near 0."""
    return unary_float(primitives.expm1, x)


def log(x: Any) -> Tensor:
    """The natural logarithm."""
    return unary_float(primitives.log, x)


def log2(x: Any) -> Tensor:
    """The logarithm to the base 2."""
    return unary_float(primitives.log2, x)


def log10(x: Any) -> Tensor:
    """The logarithm to the base 10."""
    return unary_float(primitives.log10, x)


def log1p(x: Any) -> Tensor:
    """The natural logarithm of 1 + x, exact near 0."""
    return unary_float(primitives.log1p, x)


def sqrt(x: Any) -> Tensor:
    """The square root."""
    return unary_float(primitives.sqrt, x)


def cbrt(x: Any) -> Tensor:
    """The cube root."""
    return unary_float(primitives.cbrt, x)


def rsqrt(x: Any) -> Tensor:
    """One over the square root."""
    return unary_float(primitives.rsqrt, x)


def logaddexp(x1: Any, x2: Any) -> Tensor:
    """log(e^x1 + e^x2), without overflow."""
    x, y = broadcast_together(*promoted(x1, x2, floating=True), operation="logaddexp")
    top = primitives.maximum(x, y)
    apart = primitives.subtract(primitives.minimum(x, y), top)
    both = primitives.add(top, primitives.log1p(primitives.exp(apart)))
    alike = primitives.logical_and(primitives.equal(x, y), primitives.is_inf(top))
    return primitives.select(alike, top, both)


def logaddexp2(x1: Any, x2: Any) -> Tensor:
    """log2(2^x1 + 2^x2), without overflow."""
    x, y = promoted(x1, x2, floating=True)
    return divide(logaddexp(multiply(x, LOG_OF_2), multiply(y, LOG_OF_2)), LOG_OF_2)


def hypot(x1: Any, x2: Any) -> Tensor:
    """sqrt(x1² + x2²), without overflow; the derivative at (0, 0) is 0."""
    x, y = broadcast_together(*promoted(x1, x2, floating=True), operation="hypot")
    x, y = primitives.abs_(x), primitives.abs_(y)
    large, small = primitives.maximum(x, y), primitives.minimum(x, y)
    zero, one = full_like(x, 0.0), full_like(x, 1.0)
    lone = primitives.logical_or(primitives.equal(large, zero), primitives.is_inf(large))
    ratio = primitives.divide(small, primitives.select(lone, one, large))
    length = primitives.multiply(
        large, primitives.sqrt(primitives.add(one, primitives.square(ratio)))
    )
    endless = primitives.logical_or(primitives.is_inf(x), primitives.is_inf(y))
    known = primitives.select(lone, large, length)
    return primitives.select(endless, full_like(x, float("inf")), known)


def ldexp(x1: Any, x2: Any) -> Tensor:
    """x1 times 2 to the power of the whole number x2."""
    (x,) = promoted(x1, floating=True)
    return multiply(x, exp2(cast(x2, x.dtype)))


def sin(x: Any) -> Tensor:
    """The sine of an angle in radians."""
    return unary_float(primitives.sin, x)


def cos(x: Any) -> Tensor:
    """The cosine of an angle in radians."""
    return unary_float(primitives.cos, x)


def tan(x: Any) -> Tensor:
    """The tangent of an angle in radians."""
    return unary_float(primitives.tan, x)


def arcsin(x: Any) -> Tensor:
    """The angle whose sine is x."""
    return unary_float(primitives.arcsin, x)


def arccos(x: Any) -> Tensor:
    """The angle whose cosine is x."""
    return unary_float(primitives.arccos, x)


def arctan(x: Any) -> Tensor:
    """The angle whose tangent is x."""
    return unary_float(primitives.arctan, x)


def sinh(x: Any) -> Tensor:
    """The hyperbolic sine."""
    return unary_float(primitives.sinh, x)


def cosh(x: Any) -> Tensor:
    """The hyperbolic cosine."""
    return unary_float(primitives.cosh, x)


def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent."""
    return unary_float(primitives.tanh, x)


def arcsinh(x: Any) -> Tensor:
    """The number whose hyperbolic sine is x."""
    return unary_float(primitives.arcsinh, x)


def arccosh(x: Any) -> Tensor:
    """The number whose hyperbolic cosine is x."""
    return unary_float(primitives.arccosh, x)


def arctanh(x: Any) -> Tensor:
    """The number whose hyperbolic tangent is x."""
    return unary_float(primitives.arctanh, x)


def arctan2(x1: Any, x2: Any) -> Tensor:
    """The angle of the point (x2, x1) with the first axis."""
    return elementwise(primitives.arctan2, x1, x2, floating=True)


def deg2rad(x: Any) -> Tensor:
    """Degrees to radians: x * pi / 180."""
    (angle,) = promoted(x, floating=True)
    return multiply(angle, math.pi / 180)


def rad2deg(x: Any) -> Tensor:
    """Radians to degrees: x * 180 / pi."""
    (angle,) = promoted(x, floating=True)
    return multiply(angle, 180 / math.pi)


def sinc(x: Any) -> Tensor:
    """sin(pi x) / (pi x), and 1 at 0."""
    (tensor,) = promoted(x, floating=True)
    zero = full_like(tensor, 0.0)
    none = primitives.equal(tensor, zero)
    one = full_like(tensor, 1.0)
    angle = multiply(primitives.select(none, one, tensor), math.pi)
    return primitives.select(none, one, primitives.divide(primitives.sin(angle), angle))


def erf(x: Any) -> Tensor:
    """The error function: 2 / sqrt(pi) times the integral of e^-t² from 0 to x."""
    return unary_float(primitives.erf, x)


def erfc(x: Any) -> Tensor:
    """1 - erf(x), exact where erf is nearly 1."""
    return unary_float(primitives.erfc, x)


def erfinv(x: Any) -> Tensor:
    """The number of which x is the error function."""
    return unary_float(primitives.erf_inverse, x)


def i0(x: Any) -> Tensor:
    """The modified Bessel function of the first kind, of order 0."""
    return unary_float(primitives.bessel_i0, x)

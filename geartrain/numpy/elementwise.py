"""Element-wise functions, under the names of the array API standard."""

from __future__ import annotations

from typing import Any

from geartrain import ops, primitives
from geartrain.ops.core import elementwise
from geartrain.tensor import Tensor

__all__ = [
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "clip",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "divide",
    "equal",
    "exp",
    "expm1",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "hypot",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "log",
    "log10",
    "log1p",
    "log2",
    "logaddexp",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "not_equal",
    "positive",
    "pow",
    "real",
    "reciprocal",
    "remainder",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "trunc",
]


def abs(x: Tensor, /) -> Tensor:
    """|x|; of a complex number its distance from 0."""
    return ops.absolute(x)


def acos(x: Tensor, /) -> Tensor:
    """The angle whose cosine is x."""
    return ops.arccos(x)


def acosh(x: Tensor, /) -> Tensor:
    """The number whose hyperbolic cosine is x."""
    return ops.arccosh(x)


def asin(x: Tensor, /) -> Tensor:
    """The angle whose sine is x."""
    return ops.arcsin(x)


def asinh(x: Tensor, /) -> Tensor:
    """The number whose hyperbolic sine is x."""
    return ops.arcsinh(x)


def atan(x: Tensor, /) -> Tensor:
    """The angle whose tangent is x."""
    return ops.arctan(x)


def atanh(x: Tensor, /) -> Tensor:
    """The number whose hyperbolic tangent is x."""
    return ops.arctanh(x)


def bitwise_invert(x: Tensor, /) -> Tensor:
    """The bits that x has not."""
    return ops.bitwise_not(x)


def conj(x: Tensor, /) -> Tensor:
    """x - iy for x + iy."""
    return ops.conj(x)


def cos(x: Tensor, /) -> Tensor:
    """The cosine."""
    return ops.cos(x)


def cosh(x: Tensor, /) -> Tensor:
    """The hyperbolic cosine."""
    return ops.cosh(x)


def exp(x: Tensor, /) -> Tensor:
    """e to the power of x."""
    return ops.exp(x)


def expm1(x: Tensor, /) -> Tensor:
    """e to the power of x, minus 1."""
    return ops.expm1(x)


def imag(x: Tensor, /) -> Tensor:
    """The imaginary part."""
    return ops.imag(x)


def isfinite(x: Tensor, /) -> Tensor:
    """Whether x is neither infinite nor NaN."""
    return ops.isfinite(x)


def isinf(x: Tensor, /) -> Tensor:
    """Whether x is infinite."""
    return ops.isinf(x)


def isnan(x: Tensor, /) -> Tensor:
    """Whether x is not a number."""
    return ops.isnan(x)


def log(x: Tensor, /) -> Tensor:
    """The natural logarithm."""
    return ops.log(x)


def log10(x: Tensor, /) -> Tensor:
    """The logarithm to the base 10."""
    return ops.log10(x)


def log1p(x: Tensor, /) -> Tensor:
    """The logarithm of 1 + x."""
    return ops.log1p(x)


def log2(x: Tensor, /) -> Tensor:
    """The logarithm to the base 2."""
    return ops.log2(x)


def logical_not(x: Tensor, /) -> Tensor:
    """Whether x is false."""
    return ops.logical_not(x)


def negative(x: Tensor, /) -> Tensor:
    """-x."""
    return ops.negative(x)


def positive(x: Tensor, /) -> Tensor:
    """x itself."""
    return ops.convert_to_tensor(x)


def real(x: Tensor, /) -> Tensor:
    """The real part."""
    return ops.real(x)


def reciprocal(x: Tensor, /) -> Tensor:
    """1 / x."""
    return ops.reciprocal(x)


def signbit(x: Tensor, /) -> Tensor:
    """Whether the sign is minus."""
    return ops.signbit(x)


def sin(x: Tensor, /) -> Tensor:
    """The sine."""
    return ops.sin(x)


def sinh(x: Tensor, /) -> Tensor:
    """The hyperbolic sine."""
    return ops.sinh(x)


def sqrt(x: Tensor, /) -> Tensor:
    """The square root."""
    return ops.sqrt(x)


def square(x: Tensor, /) -> Tensor:
    """x * x."""
    return ops.square(x)


def tan(x: Tensor, /) -> Tensor:
    """The tangent."""
    return ops.tan(x)


def tanh(x: Tensor, /) -> Tensor:
    """The hyperbolic tangent."""
    return ops.tanh(x)


def add(x1: Any, x2: Any, /) -> Tensor:
    """x1 + x2."""
    return ops.add(x1, x2)


def atan2(x1: Any, x2: Any, /) -> Tensor:
    """The angle of the point (x2, x1)."""
    return ops.arctan2(x1, x2)


def bitwise_and(x1: Any, x2: Any, /) -> Tensor:
    """The bits that both have."""
    return ops.bitwise_and(x1, x2)


def bitwise_left_shift(x1: Any, x2: Any, /) -> Tensor:
    """x1 times 2 to the power of x2."""
    return ops.left_shift(x1, x2)


def bitwise_or(x1: Any, x2: Any, /) -> Tensor:
    """The bits that either has."""
    return ops.bitwise_or(x1, x2)


def bitwise_right_shift(x1: Any, x2: Any, /) -> Tensor:
    """x1 divided by 2 to the power of x2, rounded down."""
    return ops.right_shift(x1, x2)


def bitwise_xor(x1: Any, x2: Any, /) -> Tensor:
    """The bits that one of the two has."""
    return ops.bitwise_xor(x1, x2)


def divide(x1: Any, x2: Any, /) -> Tensor:
    """x1 / x2."""
    return ops.divide(x1, x2)


def equal(x1: Any, x2: Any, /) -> Tensor:
    """x1 == x2."""
    return ops.equal(x1, x2)


def floor_divide(x1: Any, x2: Any, /) -> Tensor:
    """x1 / x2, rounded down."""
    return ops.floor_divide(x1, x2)


def greater(x1: Any, x2: Any, /) -> Tensor:
    """x1 > x2."""
    return ops.greater(x1, x2)


def greater_equal(x1: Any, x2: Any, /) -> Tensor:
    """x1 >= x2."""
    return ops.greater_equal(x1, x2)


def hypot(x1: Any, x2: Any, /) -> Tensor:
    """sqrt(x1² + x2²), without overflow."""
    return ops.hypot(x1, x2)


def less(x1: Any, x2: Any, /) -> Tensor:
    """x1 < x2."""
    return ops.less(x1, x2)


def less_equal(x1: Any, x2: Any, /) -> Tensor:
    """x1 <= x2."""
    return ops.less_equal(x1, x2)


def logaddexp(x1: Any, x2: Any, /) -> Tensor:
    """log(e^x1 + e^x2), without overflow."""
    return ops.logaddexp(x1, x2)


def logical_and(x1: Any, x2: Any, /) -> Tensor:
    """Whether both are true."""
    return ops.logical_and(x1, x2)


def logical_or(x1: Any, x2: Any, /) -> Tensor:
    """Whether either is true."""
    return ops.logical_or(x1, x2)


def logical_xor(x1: Any, x2: Any, /) -> Tensor:
    """Whether one of the two is true."""
    return ops.logical_xor(x1, x2)


def maximum(x1: Any, x2: Any, /) -> Tensor:
    """The larger of the two."""
    return ops.maximum(x1, x2)


def minimum(x1: Any, x2: Any, /) -> Tensor:
    """The smaller of the two."""
    return ops.minimum(x1, x2)


def multiply(x1: Any, x2: Any, /) -> Tensor:
    """x1 * x2."""
    return ops.multiply(x1, x2)


def nextafter(x1: Any, x2: Any, /) -> Tensor:
    """The number next to x1 on the way to x2."""
    return ops.nextafter(x1, x2)


def not_equal(x1: Any, x2: Any, /) -> Tensor:
    """x1 != x2."""
    return ops.not_equal(x1, x2)


def pow(x1: Any, x2: Any, /) -> Tensor:
    """x1 to the power of x2."""
    return ops.power(x1, x2)


def remainder(x1: Any, x2: Any, /) -> Tensor:
    """What is left of x1, with the sign of x2."""
    return ops.mod(x1, x2)


def subtract(x1: Any, x2: Any, /) -> Tensor:
    """x1 - x2."""
    return ops.subtract(x1, x2)


def ceil(x: Tensor, /) -> Tensor:
    """The smallest whole number that is not below x."""
    return x if _is_whole(x) else ops.ceil(x)


def floor(x: Tensor, /) -> Tensor:
    """The largest whole number that is not above x."""
    return x if _is_whole(x) else ops.floor(x)


def trunc(x: Tensor, /) -> Tensor:
    """x without what stands behind its point."""
    return ops.trunc(x)


def round(x: Tensor, /) -> Tensor:
    """The nearest whole number; of two equally near, the even one. Complex parts one by one."""
    if x.dtype.kind != "c":
        return ops.round(x)
    parts = (ops.round(part) for part in (ops.real(x), ops.imag(x)))
    return primitives.complex_(*parts)


def _is_whole(x: Tensor) -> bool:
    return x.dtype.kind in "biu"


def sign(x: Tensor, /) -> Tensor:
    """-1, 0 or 1; of a complex number the one of size 1 in its direction, and 0 of 0."""
    if x.dtype.kind != "c":
        return ops.sign(x)
    size = ops.absolute(x)
    none = ops.equal(size, 0)
    safe = ops.cast(ops.comparison.choose(none, 1.0, size), x.dtype)
    return ops.divide(x, safe)


def copysign(x1: Any, x2: Any, /) -> Tensor:
    """|x1| with the sign of x2."""
    return elementwise(primitives.copysign, x1, x2, floating=True)


def clip(x: Tensor, /, min: Any = None, max: Any = None) -> Tensor:
    """x, but not below `min` and not above `max`; the dtype stays."""
    low, high = (
        None if each is None else ops.convert_to_tensor(each, x.dtype) for each in (min, max)
    )
    return ops.clip(x, low, high) if x.dtype.kind != "b" else x

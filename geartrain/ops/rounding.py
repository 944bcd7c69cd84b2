"""Whole numbers and parts of numbers: rounding, remainders, bits, complex parts."""

from __future__ import annotations

import builtins
from typing import Any

from geartrain import primitives
from geartrain.ops.core import cast, convert_to_tensor, elementwise, promoted, unary, unary_float
from geartrain.ops.creation import zeros_like
from geartrain.ops.elementwise import divide, multiply
from geartrain.ops.functions import arctan2
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import BOOL, FLOAT32, INT32

__all__ = [
    "angle",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "conj",
    "conjugate",
    "floor",
    "floor_divide",
    "fmod",
    "gcd",
    "imag",
    "lcm",
    "left_shift",
    "mod",
    "nextafter",
    "real",
    "right_shift",
    "round",
    "trunc",
]


def floor(x: Any) -> Tensor:
    """The largest whole number that is not above x."""
    return unary_float(primitives.floor, x)


def ceil(x: Any) -> Tensor:
    """The smallest whole number that is not below x."""
    return unary_float(primitives.ceil, x)


def trunc(x: Any) -> Tensor:
    """x without what stands behind its point; integers stay as they are."""
    tensor = convert_to_tensor(x)
    return tensor if tensor.dtype.kind in "biu" else primitives.trunc(tensor)


def round(x: Any, decimals: int = 0) -> Tensor:
    """x rounded to a number of places behind its point (before it, if negative).

    Of two equally near numbers it is the even one.
    """
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind in "biu" and decimals >= 0:
        return tensor
    if decimals == 0:
        return primitives.round_even(tensor)
    number = tensor if tensor.dtype.kind not in "biu" else cast(tensor, FLOAT32)
    scale = 10.0 ** builtins.abs(decimals)
    if decimals > 0:
        return divide(primitives.round_even(multiply(number, scale)), scale)
    return cast(multiply(primitives.round_even(divide(number, scale)), scale), tensor.dtype)


def mod(x1: Any, x2: Any) -> Tensor:
    """x1 - x2 * floor(x1 / x2), element by element: what is left, with the sign of x2."""
    return elementwise(primitives.remainder, *_counted(x1, x2))


def fmod(x1: Any, x2: Any) -> Tensor:
    """x1 - x2 * trunc(x1 / x2), element by element: what is left, with the sign of x1."""
    return elementwise(primitives.fmod, *_counted(x1, x2))


def floor_divide(x1: Any, x2: Any) -> Tensor:
    """The largest whole number that is not above x1 / x2, element by element."""
    return elementwise(primitives.floor_divide, *_counted(x1, x2))


def _counted(*values: Any) -> list[Any]:
    """The values; bools become int32 where all are bools."""
    tensors = promoted(*values)
    return [cast(each, INT32) for each in tensors] if tensors[0].dtype == BOOL else tensors


def nextafter(x1: Any, x2: Any) -> Tensor:
    """The floating-point number next to x1 on the way to x2."""
    return elementwise(primitives.nextafter, x1, x2, floating=True)


def gcd(x1: Any, x2: Any) -> Tensor:
    """The greatest whole number that divides both."""
    return elementwise(primitives.gcd, x1, x2)


def lcm(x1: Any, x2: Any) -> Tensor:
    """The least whole number that both divide."""
    return elementwise(primitives.lcm, x1, x2)


def bitwise_and(x: Any, y: Any) -> Tensor:
    """The bits that x and y both have."""
    return elementwise(primitives.bitwise_and, x, y)


def bitwise_or(x: Any, y: Any) -> Tensor:
    """The bits that x or y has."""
    return elementwise(primitives.bitwise_or, x, y)


def bitwise_xor(x: Any, y: Any) -> Tensor:
    """The bits that one of x and y has."""
    return elementwise(primitives.bitwise_xor, x, y)


def left_shift(x: Any, y: Any) -> Tensor:
    """x times 2 to the power of y, in the bits there are."""
    return elementwise(primitives.left_shift, x, y)


def right_shift(x: Any, y: Any) -> Tensor:
    """x divided by 2 to the power of y, rounded down."""
    return elementwise(primitives.right_shift, x, y)


bitwise_left_shift = left_shift
bitwise_right_shift = right_shift


def bitwise_not(x: Any) -> Tensor:
    """The bits that x has not."""
    return unary(primitives.bitwise_not, x)


bitwise_invert = bitwise_not


def real(x: Any) -> Tensor:
    """The real part; of a real tensor, itself."""
    tensor = convert_to_tensor(x)
    return primitives.real(tensor) if tensor.dtype.kind == "c" else tensor


def imag(x: Any) -> Tensor:
    """The imaginary part; of a real tensor, zeros."""
    tensor = convert_to_tensor(x)
    return primitives.imag(tensor) if tensor.dtype.kind == "c" else zeros_like(tensor)


def conj(x: Any) -> Tensor:
    """x - iy for x + iy; of a real tensor, itself."""
    tensor = convert_to_tensor(x)
    return primitives.conjugate(tensor) if tensor.dtype.kind == "c" else tensor


conjugate = conj


def angle(x: Any) -> Tensor:
    """The angle of a complex number with the first axis; 0 or pi for a real one."""
    (tensor,) = promoted(x, floating=True)
    return arctan2(imag(tensor), real(tensor))

"""Trigonometric and hyperbolic functions and their inverses."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.primitives import scalar_math
from geartrain.primitives.calculus import full_like, reciprocal
from geartrain.primitives.elementwise import Inputs, add, divide, multiply, negative, subtract
from geartrain.primitives.families import Elementwise, Function
from geartrain.primitives.functions import rsqrt, square
from geartrain.primitives.primitive import Cotangents, register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Tensor

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cos",
    "cosh",
    "sin",
    "sinh",
    "tan",
]


class Sin(Function):
    """The sine of x, an angle in radians."""

    name = "sin"
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.sin(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return cos(x)


sin = register(Sin)


class Cos(Function):
    """The cosine of x, an angle in radians."""

    name = "cos"
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.cos(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return negative(sin(x))


cos = register(Cos)


class Tan(Function):
    """The tangent of x, an angle in radians."""

    name = "tan"
    domain = (-1.2, 1.2)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.tan(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return add(full_like(y, 1.0), square(y))


tan = register(Tan)


class Arcsin(Function):
    """The angle between -pi/2 and pi/2 whose sine is x."""

    name = "arcsin"
    domain = (-0.9, 0.9)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.arcsin(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return rsqrt(_one_minus_square(x))


arcsin = register(Arcsin)


class Arccos(Function):
    """The angle between 0 and pi whose cosine is x."""

    name = "arccos"
    domain = (-0.9, 0.9)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.arccos(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return negative(rsqrt(_one_minus_square(x)))


arccos = register(Arccos)


class Arctan(Function):
    """The angle between -pi/2 and pi/2 whose tangent is x."""

    name = "arctan"
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.arctan(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return reciprocal(add(full_like(x, 1.0), square(x)))


arctan = register(Arctan)


class Sinh(Function):
    """The hyperbolic sine of x."""

    name = "sinh"
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.sinh(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return cosh(x)


sinh = register(Sinh)


class Cosh(Function):
    """The hyperbolic cosine of x."""

    name = "cosh"
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.cosh(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return sinh(x)


cosh = register(Cosh)


class Arcsinh(Function):
    """The number whose hyperbolic sine is x."""

    name = "arcsinh"
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.arcsinh(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return rsqrt(add(full_like(x, 1.0), square(x)))


arcsinh = register(Arcsinh)


class Arccosh(Function):
    """The number, not negative, whose hyperbolic cosine is x."""

    name = "arccosh"
    domain = (1.2, 4.0)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.arccosh(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return rsqrt(subtract(square(x), full_like(x, 1.0)))


arccosh = register(Arccosh)


class Arctanh(Function):
    """The number whose hyperbolic tangent is x."""

    name = "arctanh"
    domain = (-0.9, 0.9)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.arctanh(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return reciprocal(_one_minus_square(x))


arctanh = register(Arctanh)


class Arctan2(Elementwise):
    """The angle of the point (y, x) with the first axis, between -pi and pi."""

    name = "arctan2"
    domain = (0.5, 2.0)
    flops = 25
    ufunc = np.arctan2

    @staticmethod
    def scalar(y: Number, x: Number) -> Number:
        return scalar_math.arctan2(y, x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        y, x = inputs
        share = divide(cotangent, add(square(x), square(y)))
        return multiply(share, x), negative(multiply(share, y))


arctan2 = register(Arctan2)


def _one_minus_square(x: Tensor) -> Tensor:
    """(1 - x) (1 + x), which loses no bits near 1."""
    one = full_like(x, 1.0)
    return multiply(subtract(one, x), add(one, x))

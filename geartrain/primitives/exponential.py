"""More exponentials, logarithms and roots."""

from __future__ import annotations

from geartrain.primitives import scalar_math
from geartrain.primitives.calculus import full_like, reciprocal, scaled
from geartrain.primitives.elementwise import add
from geartrain.primitives.families import Function
from geartrain.primitives.functions import square
from geartrain.primitives.primitive import register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Tensor

__all__ = ["cbrt", "exp2", "expm1", "log10", "log1p", "log2"]

LOG_OF_2, LOG_OF_10 = 0.6931471805599453, 2.302585092994046


class Expm1(Function):
    """e to the power of x, minus 1, exact near 0."""

    name = "expm1"
    flops = 15

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.expm1(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return add(y, full_like(y, 1.0))


expm1 = register(Expm1)


class Exp2(Function):
    """2 to the power of x."""

    name = "exp2"
    flops = 15

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.exp2(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return scaled(y, LOG_OF_2)


exp2 = register(Exp2)


class Log1p(Function):
    """The natural logarithm of 1 + x, exact near 0."""

    name = "log1p"
    domain = (-0.5, 3.0)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.log1p(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return reciprocal(add(x, full_like(x, 1.0)))


log1p = register(Log1p)


class Log2(Function):
    """The logarithm of x to the base 2."""

    name = "log2"
    domain = (1.1, 4.0)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.log2(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return reciprocal(scaled(x, LOG_OF_2))


log2 = register(Log2)


class Log10(Function):
    """The logarithm of x to the base 10."""

    name = "log10"
    domain = (1.1, 4.0)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.log10(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return reciprocal(scaled(x, LOG_OF_10))


log10 = register(Log10)


class Cbrt(Function):
    """The cube root of x, negative for negative x."""

    name = "cbrt"
    domain = (0.2, 4.0)
    flops = 20

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.cbrt(x)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return reciprocal(scaled(square(y), 3.0))


cbrt = register(Cbrt)

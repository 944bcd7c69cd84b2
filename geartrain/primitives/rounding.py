"""Rounding, remainders and neighbours of floating-point numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives import scalar_math
from geartrain.primitives.elementwise import (
    Inputs,
    divide,
    floor,
    multiply,
    negative,
    sign,
)
from geartrain.primitives.families import Elementwise
from geartrain.primitives.primitive import Cotangents, Sample, register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Array, Tensor

__all__ = [
    "ceil",
    "copysign",
    "floor_divide",
    "fmod",
    "is_finite",
    "is_inf",
    "nextafter",
    "remainder",
    "round_even",
    "signbit",
    "trunc",
]


class Rounding(Elementwise):
    """A step function: its derivative is zero wherever there is one."""

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.asarray(self.scalar(*inputs))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,) * len(inputs)

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            yield Sample(sample.inputs, gradient=False)


class Ceil(Rounding):
    """The smallest whole number that is not below x."""

    name = "ceil"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.ceil(x)


ceil = register(Ceil)


class Trunc(Rounding):
    """x without what stands behind its point."""

    name = "trunc"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.trunc(x)


trunc = register(Trunc)


class RoundEven(Rounding):
    """The nearest whole number; of two equally near, the even one."""

    name = "round_even"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.rint(x)


round_even = register(RoundEven)


class NextAfter(Rounding):
    """The floating-point number next to x on the way to y."""

    name = "nextafter"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.nextafter(x, y)


nextafter = register(NextAfter)


class Question(Rounding):
    """A question about a number's form."""

    gives_bool = True


class IsInf(Question):
    """Whether x is infinite."""

    name = "is_inf"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.is_inf(x)


is_inf = register(IsInf)


class IsFinite(Question):
    """Whether x is neither infinite nor NaN."""

    name = "is_finite"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.is_finite(x)


is_finite = register(IsFinite)


class SignBit(Question):
    """Whether the sign of x is minus; minus zero has it."""

    name = "signbit"

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.signbit(x)


signbit = register(SignBit)


class Remainder(Elementwise):
    """x - y * floor(x / y): what is left of x, with the sign of y."""

    name = "remainder"
    domain = (0.5, 2.0)
    ufunc = np.remainder

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.remainder(x, y)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, y = inputs
        return cotangent, negative(multiply(cotangent, floor(divide(x, y))))


remainder = register(Remainder)


class Fmod(Elementwise):
    """x - y * trunc(x / y): what is left of x, with the sign of x."""

    name = "fmod"
    domain = (0.5, 2.0)
    ufunc = np.fmod

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.fmod(x, y)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, y = inputs
        return cotangent, negative(multiply(cotangent, trunc(divide(x, y))))


fmod = register(Fmod)


class FloorDivide(Rounding):
    """The largest whole number that is not above x / y."""

    name = "floor_divide"
    domain = (0.5, 4.0)

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.floor_divide(x, y)


floor_divide = register(FloorDivide)


class CopySign(Elementwise):
    """|x| with the sign of y."""

    name = "copysign"
    ufunc = np.copysign

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.copysign(x, y)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return multiply(cotangent, multiply(sign(inputs[0]), sign(output))), None


copysign = register(CopySign)

"""Whole numbers: their bits, and common divisors and multiples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives import scalar_math
from geartrain.primitives.elementwise import Inputs
from geartrain.primitives.families import Elementwise
from geartrain.primitives.loop_text import argument_names
from geartrain.primitives.primitive import Cotangents, Sample, Spec, register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Array, Tensor

__all__ = [
    "bitwise_and",
    "bitwise_not",
    "bitwise_or",
    "bitwise_xor",
    "gcd",
    "lcm",
    "left_shift",
    "right_shift",
]


class Whole(Elementwise):
    """An operation on whole numbers, through which no derivative goes."""

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        if inputs[0].dtype.kind not in self.kinds:
            raise TypeError(_dtype_message(self.name, inputs[0]))
        return super().infer(*inputs, **parameters)

    kinds = "iub"

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.asarray(self.scalar(*inputs))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,) * len(inputs)

    def samples(self) -> Iterator[Sample]:
        count = len(argument_names(self.scalar))
        for dtype in ("int32", "uint8"):
            rng = np.random.default_rng(0)
            numbers = (rng.integers(0, 7, (3, 4)).astype(dtype) for _ in range(count))
            yield Sample(tuple(numbers), gradient=False)


class BitwiseAnd(Whole):
    """The bits that x and y both have."""

    name = "bitwise_and"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x & y


bitwise_and = register(BitwiseAnd)


class BitwiseOr(Whole):
    """The bits that x or y has."""

    name = "bitwise_or"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x | y


bitwise_or = register(BitwiseOr)


class BitwiseXor(Whole):
    """The bits that one of x and y has."""

    name = "bitwise_xor"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x ^ y


bitwise_xor = register(BitwiseXor)


class BitwiseNot(Whole):
    """The bits that x has not."""

    name = "bitwise_not"

    @staticmethod
    def scalar(x: Number) -> Number:
        return ~x


bitwise_not = register(BitwiseNot)


class LeftShift(Whole):
    """x times 2 to the power of y, in the bits there are."""

    name = "left_shift"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.left_shift(x, y)


left_shift = register(LeftShift)


class RightShift(Whole):
    """x divided by 2 to the power of y, rounded down."""

    name = "right_shift"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.right_shift(x, y)


right_shift = register(RightShift)


class Gcd(Whole):
    """The greatest whole number that divides both."""

    name = "gcd"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.gcd(x, y)


gcd = register(Gcd)


class Lcm(Whole):
    """The least whole number that both divide."""

    name = "lcm"

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.lcm(x, y)


lcm = register(Lcm)


def _dtype_message(name: str, x: Spec) -> str:
    return explain(
        f"{name} works on whole numbers",
        given=str(x),
        expected="an integer or bool dtype",
        remedy="ops.cast(x, 'int32')",
    )

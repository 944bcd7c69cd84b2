"""Comparisons and logic: blocks whose output is bool, and through which no derivative goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives import scalar_math
from geartrain.primitives.families import Elementwise
from geartrain.primitives.loop_text import argument_names
from geartrain.primitives.primitive import Cotangents, Sample, register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Tensor

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "is_nan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "not_equal",
]


class Comparison(Elementwise):
    """A question about elements, answered by True or False."""

    gives_bool = True

    def gradient(
        self, cotangent: Tensor, inputs: tuple[Tensor, ...], output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,) * len(inputs)

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        count = len(argument_names(self.scalar))
        for shape in [(4, 5), ()]:
            numbers = (rng.integers(-2, 3, shape).astype(float) for _ in range(count))
            yield Sample(tuple(np.asarray(each) for each in numbers), gradient=False)


class Equal(Comparison):
    """x == y."""

    name = "equal"
    ufunc = np.equal

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x == y


equal = register(Equal)


class NotEqual(Comparison):
    """x != y."""

    name = "not_equal"
    ufunc = np.not_equal

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x != y


not_equal = register(NotEqual)


class Less(Comparison):
    """x < y."""

    name = "less"
    ufunc = np.less

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x < y


less = register(Less)


class LessEqual(Comparison):
    """x <= y."""

    name = "less_equal"
    ufunc = np.less_equal

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x <= y


less_equal = register(LessEqual)


class Greater(Comparison):
    """x > y."""

    name = "greater"
    ufunc = np.greater

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x > y


greater = register(Greater)


class GreaterEqual(Comparison):
    """x >= y."""

    name = "greater_equal"
    ufunc = np.greater_equal

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x >= y


greater_equal = register(GreaterEqual)


class IsNan(Comparison):
    """Whether x is not a number."""

    name = "is_nan"
    ufunc = np.isnan

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.is_nan(x)


is_nan = register(IsNan)


class Logic(Comparison):
    """A question about bools."""

    def samples(self) -> Iterator[Sample]:
        rng = np.random.default_rng(0)
        count = len(argument_names(self.scalar))
        yield Sample(tuple(rng.uniform(size=(4, 5)) > 0.5 for _ in range(count)), gradient=False)


class LogicalAnd(Logic):
    """Whether both hold."""

    name = "logical_and"
    ufunc = np.logical_and

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x and y


logical_and = register(LogicalAnd)


class LogicalOr(Logic):
    """Whether either holds."""

    name = "logical_or"
    ufunc = np.logical_or

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x or y


logical_or = register(LogicalOr)


class LogicalNot(Logic):
    """Whether it does not hold."""

    name = "logical_not"
    ufunc = np.logical_not

    @staticmethod
    def scalar(x: Number) -> Number:
        return not x


logical_not = register(LogicalNot)

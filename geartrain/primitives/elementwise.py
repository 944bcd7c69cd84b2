"""Element-wise arithmetic and functions: one block each.

In every block `scalar` is the definition, for one element; `evaluate` is the same for NumPy
arrays; `gradient` is the cotangent times the derivative, as primitives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives import scalar_math
from geartrain.primitives.calculus import as_float, full_like, scaled, where
from geartrain.primitives.comparison import equal, greater, less
from geartrain.primitives.families import Elementwise
from geartrain.primitives.primitive import Cotangents, Sample, register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Tensor

__all__ = [
    "abs_",
    "add",
    "divide",
    "exp",
    "floor",
    "log",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "power",
    "sign",
    "subtract",
]

Inputs = tuple[Tensor, ...]
BOTH = (True, True)  # derivatives are wanted


class Add(Elementwise):
    """x + y."""

    name = "add"
    ufunc = np.add

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x + y

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return cotangent, cotangent


add = register(Add)


class Subtract(Elementwise):
    """x - y."""

    name = "subtract"
    selective = True
    ufunc = np.subtract

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x - y

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        wanted = parameters.get("wanted", BOTH)
        return cotangent, negative(cotangent) if wanted[1] else None


subtract = register(Subtract)


class Multiply(Elementwise):
    """x * y."""

    name = "multiply"
    selective = True
    ufunc = np.multiply

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x * y

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x, y), (by_x, by_y) = inputs, parameters.get("wanted", BOTH)
        return (
            multiply(cotangent, y) if by_x else None,
            multiply(cotangent, x) if by_y else None,
        )


multiply = register(Multiply)


class Divide(Elementwise):
    """x / y, of floats."""

    name = "divide"
    selective = True
    domain = (0.5, 2.0)
    ufunc = np.divide

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return x / y

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        by_x = divide(cotangent, inputs[1])
        wanted = parameters.get("wanted", BOTH)
        return by_x, negative(multiply(by_x, output)) if wanted[1] else None


divide = register(Divide)


class Power(Elementwise):
    """x to the power of y."""

    name = "power"
    selective = True
    domain = (0.5, 2.0)
    flops = 40
    ufunc = np.power

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.power(x, y)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, y = inputs
        lower = power(x, subtract(y, full_like(y, 1.0)))
        by_x = multiply(cotangent, multiply(y, lower))
        if not parameters.get("wanted", BOTH)[1]:
            return by_x, None
        positive = where(greater(x, full_like(x, 0.0)), x, 1.0)  # log where there is one
        return by_x, multiply(cotangent, multiply(output, log(positive)))


power = register(Power)


class _Extremum(Elementwise):
    """The larger or smaller of two; the gradient goes to it, half to each where they tie."""

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        x, y = inputs
        tie = scaled(as_float(equal(x, y), x), 0.5)
        wins = greater if self.name == "maximum" else less
        share_x = add(as_float(wins(x, y), x), tie)
        share_y = add(as_float(wins(y, x), x), tie)
        return multiply(cotangent, share_x), multiply(cotangent, share_y)


class Maximum(_Extremum):
    """The larger of x and y; NaN where either is."""

    name = "maximum"
    ufunc = np.maximum

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.maximum(x, y)


maximum = register(Maximum)


class Minimum(_Extremum):
    """The smaller of x and y; NaN where either is."""

    name = "minimum"
    ufunc = np.minimum

    @staticmethod
    def scalar(x: Number, y: Number) -> Number:
        return scalar_math.minimum(x, y)


minimum = register(Minimum)


class Negative(Elementwise):
    """-x."""

    name = "negative"
    ufunc = np.negative

    @staticmethod
    def scalar(x: Number) -> Number:
        return -x

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (negative(cotangent),)


negative = register(Negative)


class Abs(Elementwise):
    """|x|; the derivative at 0 is 0."""

    name = "abs"
    ufunc = np.abs

    @staticmethod
    def scalar(x: Number) -> Number:
        return abs(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (multiply(cotangent, sign(inputs[0])),)


abs_ = register(Abs)


class Sign(Elementwise):
    """-1, 0 or 1; NaN for NaN."""

    name = "sign"
    ufunc = np.sign

    @staticmethod
    def scalar(x: Number) -> Number:
        return 1 if x > 0 else (-1 if x < 0 else x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,)


sign = register(Sign)


class Floor(Elementwise):
    """The largest whole number that is not above x."""

    name = "floor"
    ufunc = np.floor

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.floor(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (None,)


floor = register(Floor)


class Exp(Elementwise):
    """e to the power of x."""

    name = "exp"
    flops = 15
    ufunc = np.exp

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.exp(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (multiply(cotangent, output),)


exp = register(Exp)


class Log(Elementwise):
    """The natural logarithm of x."""

    name = "log"
    domain = (0.1, 4.0)
    flops = 20
    ufunc = np.log

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.log(x)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (divide(cotangent, inputs[0]),)

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            near_one = {"float32": 2e-5, "float64": 1e-13}  # where log is near 0, relatively
            yield Sample(sample.inputs, rtol=near_one)


log = register(Log)

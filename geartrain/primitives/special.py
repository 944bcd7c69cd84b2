"""Special functions: the error function and its kin, and Bessel's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain.primitives import scalar_math
from geartrain.primitives.calculus import scaled
from geartrain.primitives.elementwise import divide, exp, negative, subtract
from geartrain.primitives.families import Function
from geartrain.primitives.functions import square
from geartrain.primitives.primitive import register
from geartrain.primitives.scalar_math import Number
from geartrain.tensor import Array, Tensor

__all__ = ["bessel_i0", "bessel_i1", "erf", "erf_inverse", "erfc"]

SLOPE_AT_0 = 2 / math.sqrt(math.pi)
# -log(erfc x) = x (2/sqrt(pi) + p(x)) on 0 <= x <= 5.93, fitted by `tools/minimax.py`.
ERFC_EXPONENT = (
    *(-9.081986562427638e-18, 0.6366197723675909, 0.1027726033013173),
    *(-0.019128446993130103, -0.00020919485355665667, 0.0016962076674929035),
    *(-0.0005901324196931378, 2.5904466721520584e-05, 6.44205495357977e-05),
    *(-2.957580585355957e-05, 3.1698621684107e-06, 3.1327572285524977e-06),
    *(-2.037014252202651e-06, 5.705146540777441e-07, -1.1644561966696233e-08),
    *(-6.576102702414239e-08, 3.4594293202905706e-08, -1.0775909400586206e-08),
    *(2.3610537106151445e-09, -3.7615736824837794e-10, 4.30279677598789e-11),
    *(-3.365167849261262e-12, 1.6152788088072203e-13, -3.5931379971173605e-15),
)


def erf_of(x: Array) -> Array:
    """erf of an array, in float64: 1 - e^-y with y = -log(erfc |x|), given the sign of x."""
    size = np.minimum(np.abs(np.asarray(x, np.float64)), 5.93)  # from here on erf is 1
    exponent = size * (SLOPE_AT_0 + np.polynomial.polynomial.polyval(size, ERFC_EXPONENT))
    return np.asarray(np.copysign(-np.expm1(-exponent), x))


class Erf(Function):
    """The error function: 2 / sqrt(pi) times the integral of e^-t² from 0 to x."""

    name = "erf"
    flops = 40

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.erf(x)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return erf_of(inputs[0]).astype(inputs[0].dtype)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return scaled(exp(negative(square(x))), SLOPE_AT_0)


erf = register(Erf)


class Erfc(Function):
    """1 - erf(x), exact where erf is nearly 1."""

    name = "erfc"
    flops = 40

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.erfc(x)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return _one_by_one(math.erfc, inputs[0])

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return scaled(exp(negative(square(x))), -SLOPE_AT_0)


erfc = register(Erfc)


class ErfInverse(Function):
    """The number of which y is the error function; infinite at -1 and 1."""

    name = "erf_inverse"
    domain = (-0.9, 0.9)
    flops = 100

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.erf_inverse(x)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return _erf_inverse_of(inputs[0]).astype(inputs[0].dtype)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return scaled(exp(square(y)), 1 / SLOPE_AT_0)


erf_inverse = register(ErfInverse)


def _erf_inverse_of(given: Array) -> Array:
    """Winitzki's formula, made exact by steps of Halley's method on erf, or on erfc in the tail."""
    y = np.asarray(given, np.float64)
    size = np.abs(y)
    logarithm = np.log1p(-size * size)
    half = 2 / (math.pi * 0.147) + logarithm / 2
    x = np.sqrt(np.sqrt(half * half - logarithm / 0.147) - half)
    for _ in range(3):
        error = _error_of(x, size) / (SLOPE_AT_0 * np.exp(-x * x))
        x = x - error / (1 + x * error)
    x = np.where(size < 1, x, np.where(size == 1, np.inf, np.nan))
    return np.copysign(x, y)


def _error_of(x: Array, y: Array) -> Array:
    """erf(x) - y, without the loss of bits where both are nearly 1."""
    tail = y > 0.9
    above = np.where(tail, x, 0.0)
    near = erf_of(x) - y
    if not np.any(tail):
        return near
    return np.where(tail, (1 - y) - _one_by_one(math.erfc, above), near)


def _one_by_one(function: Any, x: Array) -> Array:
    numbers = np.frompyfunc(function, 1, 1)(np.asarray(x, np.float64))
    return np.asarray(numbers, np.float64).astype(x.dtype)


class BesselI0(Function):
    """The modified Bessel function of the first kind, of order 0."""

    name = "bessel_i0"
    flops = 60

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.i0(x)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.i0(inputs[0]).astype(inputs[0].dtype)

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return bessel_i1(x)


bessel_i0 = register(BesselI0)


class BesselI1(Function):
    """The modified Bessel function of the first kind, of order 1."""

    name = "bessel_i1"
    domain = (0.5, 2.0)
    flops = 60

    @staticmethod
    def scalar(x: Number) -> Number:
        return scalar_math.bessel_i1(x)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return _one_by_one(scalar_math.bessel_i1, inputs[0])

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        return subtract(bessel_i0(x), divide(y, x))


bessel_i1 = register(BesselI1)

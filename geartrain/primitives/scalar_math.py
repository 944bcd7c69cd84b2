"""The functions of the loop language: what a scalar expression may call, on one number.

They are NumPy's, so that a float32 scalar stays float32, and overflow and undefined cases give
infinity and NaN as IEEE 754 has it. The naive interpreter runs loops with these names; the
compiler has machine code for each (`geartrain.compiler.instructions.vector_math`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.primitives.scalar_random import binomial_draw, gamma_draw, philox  # noqa: F401

Number = Any  # one element: a NumPy scalar or a Python number, or an array of them

exp, exp2, expm1 = np.exp, np.exp2, np.expm1
log, log2, log10, log1p = np.log, np.log2, np.log10, np.log1p
sqrt, cbrt, hypot = np.sqrt, np.cbrt, np.hypot
sin, cos, tan = np.sin, np.cos, np.tan
arcsin, arccos, arctan, arctan2 = np.arcsin, np.arccos, np.arctan, np.arctan2
sinh, cosh, tanh = np.sinh, np.cosh, np.tanh
arcsinh, arccosh, arctanh = np.arcsinh, np.arccosh, np.arctanh
floor, ceil, trunc, rint = np.floor, np.ceil, np.trunc, np.rint
maximum, minimum = np.maximum, np.minimum
power, fmod, remainder, floor_divide = np.power, np.fmod, np.remainder, np.floor_divide
is_nan, is_inf, is_finite, signbit = np.isnan, np.isinf, np.isfinite, np.signbit
nextafter, copysign = np.nextafter, np.copysign
gcd, lcm = np.gcd, np.lcm
left_shift, right_shift = np.left_shift, np.right_shift
real, imag, conjugate = np.real, np.imag, np.conjugate
int32, float32 = np.int32, np.float32  # a number in another dtype
i0 = np.i0
inf = float("inf")
nan = float("nan")


def rsqrt(x: Number) -> Number:
    """One over the square root."""
    return 1 / np.sqrt(x)


def _of_one(function: Callable[[float], float]) -> Callable[[Number], Number]:
    """A function of Python floats, on NumPy scalars; the result keeps the dtype."""

    def scalar(x: Number) -> Number:
        number = float(x)
        return np.asarray(x).dtype.type(number if math.isnan(number) else function(number))

    return scalar


erf = _of_one(math.erf)
erfc = _of_one(math.erfc)


def erf_inverse(y: Number) -> Number:
    """The x of which y is the error function, by bisection on erfc, which is exact in the tail."""
    wanted = float(y)
    if not -1.0 < wanted < 1.0:
        return np.asarray(y).dtype.type(wanted * inf if abs(wanted) == 1 else nan)
    low, high = 0.0, 6.5
    while low < (middle := (low + high) / 2) < high:
        below = (
            math.erf(middle) < abs(wanted)
            if abs(wanted) < 0.5
            else (math.erfc(middle) > 1 - abs(wanted))
        )
        low, high = (middle, high) if below else (low, middle)
    return np.asarray(y).dtype.type(math.copysign(low, wanted))


def bessel_i1(x: Number) -> Number:
    """The modified Bessel function I1, by its series: the sum of (x/2)^(2k+1) / (k! (k+1)!)."""
    half = float(x) / 2
    term, total, k = half, 0.0, 0
    while total + term != total:
        total += term
        k += 1
        term *= half * half / (k * (k + 1))
    return np.asarray(x).dtype.type(total)


NAMESPACE: dict[str, Any] = {
    "abs": abs,
    "range": range,
    **{
        name: value
        for name, value in dict(globals()).items()
        if not name.startswith("_") and (callable(value) or name in ("inf", "nan"))
        if name not in ("Any", "Callable", "annotations")
    },
}

"""exp, expm1, tanh, sigmoid: one reduction, one polynomial.

    x = n ln 2 + r, |r| <= ln 2 / 2
    e^x = 2^n (1 + p),  p = e^r - 1 = r + r² EXP(r)

r is found as Cody and Waite do, with ln 2 in two parts, the high one first.
"""

from __future__ import annotations

from geartrain.compiler.instructions.vector_math.formats import format_of
from geartrain.compiler.instructions.vector_math.lanes import Real, Whole
from geartrain.compiler.instructions.vector_math.polynomials import EXP, TANH_NEAR_0

LOG2_E = 1.4426950408889634
LN2 = {
    True: (0.693147182464599609375, -1.904654323148236017e-09),
    False: (0.6931471805599453094, 2.3190468138462995584e-17),
}


def exp(x: Real) -> Real:
    """e^x; NaN for NaN, exact limits, results below the normal numbers rounded once."""
    return _exp_in(x, *((-104.0, 89.0) if x.is_single else (-745.2, 710.0)))


def _exp_in(x: Real, low: float, high: float) -> Real:
    """e^x, where x is first brought between bounds whose powers round to 0 and to infinity."""
    p, biased = _reduce(x.at_least(low).at_most(high), 2 * format_of(x).bias)
    return scaled(p + 1.0, biased)


def scaled(x: Real, biased: Whole) -> Real:
    """x 2^n, rounded once where it is below the normal numbers; x is near 1.

    2^n may lie outside the normal numbers, so it is multiplied in two halves, the first exactly.

    Args:
        x: what is scaled.
        biased: integers whose lowest bits hold n + 2 bias.
    """
    form = format_of(x)
    half = biased >> 1
    first = (half << form.fraction_bits).real()
    second = ((biased - half) << form.fraction_bits).real()
    return x * first * second


def expm1(x: Real) -> Real:
    """e^x - 1, exact to the last bits near 0 too: 2 (2^(n-1) p + 2^(n-1) - 1/2)."""
    form = format_of(x)
    low, high = (-18.0, 89.0) if x.is_single else (-38.0, 710.0)
    p, biased = _reduce(x.at_least(low).at_most(high), form.bias - 1)
    scale = (biased << form.fraction_bits).real()
    result = 2.0 * scale.fma(p, scale - 0.5)
    # Halves of the smallest numbers would be rounded, and -0 would lose its sign.
    return (abs(x) < form.smallest_normal * 4).choose(x, result)


def tanh(x: Real) -> Real:
    """m / (m + 2) with m = e^2|x| - 1, which loses few bits near 0, and the sign of x.

    Those few are too many for 2 ulp, so near 0 float32 has a polynomial.
    """
    size = abs(x)
    # From here on the result is 1 in the last bit.
    m = expm1_within((size + size).at_most(20.0 if x.is_single else 40.0))
    result = m / (m + 2.0)
    if x.is_single:
        square = x * x
        near = (size * square).fma(square.polynomial(TANH_NEAR_0), size)
        result = (size < 0.27).choose(near, result)
    return result.with_sign_of(x)


def expm1_within(x: Real) -> Real:
    """e^x - 1 where e^x is a normal number: 2^n p + (2^n - 1)."""
    form = format_of(x)
    p, biased = _reduce(x, form.bias)
    scale = (biased << form.fraction_bits).real()
    return scale.fma(p, scale - 1.0)


def sigmoid(x: Real) -> Real:
    """1 / (1 + e^-x), for negative x as e^x / (1 + e^x), which keeps the smallest results.

    With t = e^-|x| / (1 + e^-|x|) these are 1 - t and e^x - e^x t, which the errors of the sum and
    of the division hardly reach.
    """
    power = _exp_in(-abs(x), -104.0 if x.is_single else -745.2, 0.0)
    t = power / (power + 1.0)
    limit = (x >= 0.0).choose(1.0, power)
    return (-limit).fma(t, limit)


def _reduce(x: Real, bias: int) -> tuple[Real, Whole]:
    """p, and integers whose lowest bits hold n + bias."""
    form = format_of(x)
    rounder = form.rounder + bias
    shifted = x.fma(LOG2_E, rounder)
    n = shifted - rounder
    high, low = LN2[x.is_single]
    r = n.fma(-low, n.fma(-high, x))
    coefficients = EXP.single if x.is_single else EXP.double
    return (r * r).fma(r.polynomial(coefficients), r), shifted.bits()

"""power: x^y = 2^(y log2 |x|), with the signs and limits of IEEE 754.

log2 |x| must be far more exact than the result, for y may multiply its error by a thousand. So
float32 computes in float64, and float64 in sums of two numbers: `high + low`, |low| <= ulp(high).

Source of the sums of two: Dekker, *A floating-point technique for extending the available
precision*, 1971.
"""

from __future__ import annotations

from typing import NamedTuple

from geartrain.compiler.instructions.vector_math.exponential import scaled
from geartrain.compiler.instructions.vector_math.formats import DOUBLE
from geartrain.compiler.instructions.vector_math.lanes import INFINITY, NAN, Mask, Real
from geartrain.compiler.instructions.vector_math.logarithm import split
from geartrain.compiler.instructions.vector_math.polynomials import (
    ATANH,
    EXP2_FOR_SINGLE,
    EXP2_MINUS_1,
    LOG2_FOR_SINGLE,
)

TWO_THIRDS = 0x3FE5555555555555
ROOT_HALF = 0x3FE6A09E667F3BCD


class Pair(NamedTuple):
    """`high + low`, where low holds what high has no bits for."""

    high: Real
    low: Real


LOG2_E = (1.4426950408889634, 2.0355273740931033e-17)


def power(x: Real, y: Real) -> Real:
    """x^y: 1 for y = 0 and for x = 1, even of NaN; NaN for x < 0 unless y is whole."""
    size = _power_single(abs(x), y) if x.is_single else _power_double(abs(x), y)
    return _with_sign(x, y, size)


def _power_single(size: Real, y: Real) -> Real:
    e, m = split(size.widened(), TWO_THIRDS)
    f = m - 1.0
    log2 = f.fma(f.polynomial(LOG2_FOR_SINGLE), e)
    edge = size.equals(0.0).choose(-INFINITY, size)  # log2 of 0, of infinity and of NaN
    ordinary = (size > 0.0) & (size < INFINITY)
    # 2^200 is infinite in float32, and its square is not yet in float64.
    t = (y.widened() * ordinary.choose(log2, edge.widened())).at_least(-200.0).at_most(200.0)
    shifted = t + (DOUBLE.rounder + DOUBLE.bias)
    r = t - (shifted - (DOUBLE.rounder + DOUBLE.bias))
    scale = (shifted.bits() << DOUBLE.fraction_bits).real()
    return (r.polynomial(EXP2_FOR_SINGLE) * scale).narrowed()


def _power_double(size: Real, y: Real) -> Real:
    log2 = _log2(size)
    edge = size.equals(0.0).choose(-INFINITY, size)
    high = ((size > 0.0) & (size < INFINITY)).choose(log2.high, edge)
    t = y * high
    low = y.fma(high, -t) + y * log2.low
    return _exp2(t, (abs(t) > 2000.0).choose(0.0, low))


def _log2(x: Real) -> Pair:
    """e + log2(e) 2 atanh(s), s = (m - 1) / (m + 1)."""
    e, m = split(x, ROOT_HALF)
    s = _quotient(m)
    z = _product(s, s)
    rest = z.high * z.high.polynomial(ATANH[1:])
    cubic = _product(z, _sum(z.high.number(ATANH[0]), rest))
    natural = _product(s, _plus(2.0, cubic))
    log2_e = Pair(*(x.number(each) for each in LOG2_E))
    scaled = _product(natural, log2_e)
    whole = _sum(e, scaled.high)
    return Pair(whole.high, whole.low + scaled.low)


def _quotient(m: Real) -> Pair:
    """(m - 1) / (m + 1); m - 1 is exact."""
    above = _sum(m.number(1.0), m)
    below = 1.0 / above.high
    high = (m - 1.0) * below
    remainder = (-high).fma(above.high, m - 1.0) - high * above.low
    return Pair(high, remainder * below)


def _exp2(t: Real, low: Real) -> Real:
    """2^(t + low), the scale in two halves as in `exponential.exp`."""
    t = t.at_least(-1080.0).at_most(1030.0)
    rounder = DOUBLE.rounder + 2 * DOUBLE.bias
    shifted = t + rounder
    r = (t - (shifted - rounder)) + low
    return scaled(r.fma(r.polynomial(EXP2_MINUS_1), 1.0), shifted.bits())


def _with_sign(x: Real, y: Real, size: Real) -> Real:
    """x^y from |x|^y."""
    whole, odd = _parity(y)
    signed = odd.choose(size.with_sign_of(x), size)
    undefined = (x < 0.0) & (abs(x) < INFINITY) & ~whole
    one = y.equals(0.0) | x.equals(1.0) | (x.equals(-1.0) & abs(y).equals(INFINITY))
    return one.choose(1.0, undefined.choose(NAN, signed))


def _parity(y: Real) -> tuple[Mask, Mask]:
    """Where y is whole (infinity is), and where it is odd."""
    half = y * 0.5
    whole = y.floor().equals(y)
    return whole, whole & ~half.floor().equals(half)


def _sum(first: Real, second: Real) -> Pair:
    """Their exact sum, where the first is the larger or 0."""
    high = first + second
    return Pair(high, second - (high - first))


def _plus(first: float, second: Pair) -> Pair:
    exact = _sum(second.high.number(first), second.high)
    return Pair(exact.high, exact.low + second.low)


def _product(first: Pair, second: Pair) -> Pair:
    """Their product; that of the low parts is too small to count."""
    high = first.high * second.high
    rounding = first.high.fma(second.high, -high)
    return Pair(high, first.low.fma(second.high, first.high.fma(second.low, rounding)))

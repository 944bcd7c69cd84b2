"""log and log1p.

    x = 2^e m, m near 1;  f = m - 1        (f is exact: Sterbenz)
    log x = e ln 2 + log(1 + f)

float32 fits a polynomial to log(1 + f); in float64, where that would take some twenty terms, a
division pays: log(1 + f) = 2 atanh(s), s = f / (2 + f), of which only odd powers are not 0.
"""

from __future__ import annotations

from geartrain.compiler.instructions.vector_math.formats import Format, format_of
from geartrain.compiler.instructions.vector_math.lanes import INFINITY, NAN, Real, Whole
from geartrain.compiler.instructions.vector_math.polynomials import ATANH, LOG

LN2 = 0.6931471805599453
# Where m begins: 2/3 makes |f| smallest, sqrt(1/2) makes |s| smallest.
LOWEST_FRACTION = {True: 0x3F2AAAAB, False: 0x3FE6A09E667F3BCD}


def log(x: Real) -> Real:
    """The natural logarithm: -inf for 0, NaN for negative numbers."""
    e, m = split(x, LOWEST_FRACTION[x.is_single])
    return _with_limits(x, e.fma(LN2, _log_near_1(m - 1.0)))


def log1p(x: Real) -> Real:
    """log(1 + x), exact to the last bits near 0 too.

    1 + x is rounded, but only to find e: f = (1 + x) 2^-e - 1 = x 2^-e + (2^-e - 1).
    """
    form = format_of(x)
    whole = x + 1.0
    place = _place(whole.bits(), LOWEST_FRACTION[x.is_single], form)
    shift = (place & -(1 << form.fraction_bits)) - (form.bias << form.fraction_bits)
    scale = (x.number(4.0).bits() - shift).real()  # 4 * 2^-e: normal for the largest e too
    f = (x.bits() - shift).real() + scale.fma(0.25, -1.0)
    result = _exponent(place, form).fma(LN2, _log_near_1(f))
    return _with_limits(whole, result.with_sign_of(x))


def split(x: Real, lowest: int) -> tuple[Real, Real]:
    """e and m with x = 2^e m, where m begins at the number whose representation is `lowest`."""
    form = format_of(x)
    tiny = x < form.smallest_normal
    lift = form.fraction_bits + 1
    bits = tiny.choose(x * 2.0**lift, x).bits()
    place = _place(bits, lowest, form)
    m = ((place & ((1 << form.fraction_bits) - 1)) + lowest).real()
    e = _exponent(place, form) - tiny.choose(float(lift), x.number(0.0))
    return e, m


def _place(bits: Whole, lowest: int, form: Format) -> Whole:
    """Integers with e + bias before the fraction's bits, and there the distance from `lowest`."""
    return bits + ((form.bias << form.fraction_bits) - lowest)


def _exponent(place: Whole, form: Format) -> Real:
    """e, by way of the numbers from 2^fraction_bits on, whose last bit counts ones."""
    unit = 2.0**form.fraction_bits
    unit_bits = (form.bias + form.fraction_bits) << form.fraction_bits
    return ((place >> form.fraction_bits) | unit_bits).real() - (unit + form.bias)


def _log_near_1(f: Real) -> Real:
    """log(1 + f)."""
    if f.is_single:
        return (f * f).fma(f.polynomial((-0.5, *LOG)), f)
    s = f / (f + 2.0)
    z = s * s
    half = f * f * 0.5
    # 2 s = f - s f, so the terms after f are small, and f is exact.
    return f - (half - s * z.fma(z.polynomial(ATANH), half))


def _with_limits(x: Real, result: Real) -> Real:
    finite = (x < INFINITY).choose(result, x)
    return (x < 0.0).choose(NAN, x.equals(0.0).choose(-INFINITY, finite))

"""erf.

    erf x = 1 - e^-y,  y = -log(erfc x)

y / x is smooth, and 1 - e^-y loses no bits near 0, so one polynomial serves all x; where erf is
nearly 1, it need not even be exact. Odd: computed for |x|, then given the sign of x.
"""

from __future__ import annotations

from geartrain.compiler.instructions.vector_math.exponential import expm1_within
from geartrain.compiler.instructions.vector_math.lanes import Real
from geartrain.compiler.instructions.vector_math.polynomials import ERFC_EXPONENT

# 2 / sqrt(pi) rounded; what rounding took from it is the polynomial's first coefficient.
SLOPE_AT_0 = {True: 1.1283792257308960, False: 1.1283791670955126}


def erf(x: Real) -> Real:
    """2 / sqrt(pi) times the integral of e^-t² from 0 to x."""
    # From here on the result is 1 in the last bit.
    size = abs(x).at_most(3.93 if x.is_single else 5.93)
    coefficients = ERFC_EXPONENT.single if x.is_single else ERFC_EXPONENT.double
    y = size.fma(SLOPE_AT_0[x.is_single], size * size.polynomial(coefficients))
    return expm1_within(-y).with_sign_of(x)

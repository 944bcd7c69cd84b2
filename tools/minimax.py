"""Fit the polynomials of `geartrain/compiler/instructions/vector_math/polynomials.py`.

    python tools/minimax.py EXP.single        prints its coefficients and their largest error

Remez's exchange algorithm on a grid of Chebyshev's nodes, with 120 digits: the polynomial of a
degree whose largest weighted error is smallest takes that error, with alternating sign, at
`degree + 2` places. Coefficients are rounded one by one from the lowest; after each, the others
are fitted again, so that they make good what rounding it has cost (Brisebarre and Chevillard,
*Efficient polynomial L-infinity approximations*, 2007, solve the same problem by lattices).

Needs mpmath.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from mpmath import mp, mpf

mp.dps = 120
Real = Callable[[mpf], mpf]


@dataclass(frozen=True)
class Fit:
    """Minimise `|weight(x) * (target(x) - polynomial(x))|` on an interval."""

    dtype: str
    terms: int
    target: Real
    weight: Real
    low: mpf
    high: mpf


def grid(fit: Fit) -> list[mpf]:
    """Chebyshev's nodes, from low to high, dense enough to find the extrema between them."""
    count = 40 * (fit.terms + 2)
    middle, radius = (fit.high + fit.low) / 2, (fit.high - fit.low) / 2
    return [middle - radius * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]


def remez(points: list[mpf], target: list[mpf], weight: list[mpf], terms: int) -> list[mpf]:
    """The coefficients with the smallest largest weighted error on the points."""
    chosen = [round(i * (len(points) - 1) / terms) for i in range(terms + 1)]
    for _ in range(60):
        rows = [
            [*(weight[i] * points[i] ** k for k in range(terms)), (-1) ** j]
            for j, i in enumerate(chosen)
        ]
        aims = [weight[i] * target[i] for i in chosen]
        *found, level = mp.lu_solve(mp.matrix(rows), mp.matrix(aims))
        values = [mp.polyval(found[::-1], x) for x in points]
        errors = [w * (t - v) for w, t, v in zip(weight, target, values, strict=True)]
        if max(map(abs, errors)) <= abs(level) * mpf("1.0001"):
            break
        chosen = exchange(errors, terms + 1)
    return found


def exchange(errors: list[mpf], size: int) -> list[int]:
    """Where the error is largest, `size` places of alternating sign."""
    stretches = groupby(range(len(errors)), key=lambda i: errors[i] > 0)
    peaks = [max(places, key=lambda i: abs(errors[i])) for _, places in stretches]
    while len(peaks) > size:
        ends = (0, len(peaks) - 1)
        among = ends if len(peaks) == size + 1 else range(len(peaks))
        lowest = min(among, key=lambda j: abs(errors[peaks[j]]))
        if lowest not in ends:  # its neighbours have one sign: the higher of them stays
            beside = (peaks[lowest - 1], peaks[lowest + 1])
            dropped = {peaks[lowest], min(beside, key=lambda i: abs(errors[i]))}
        else:
            dropped = {peaks[lowest]}
        peaks = [i for i in peaks if i not in dropped]
    return peaks


def rounded(fit: Fit) -> tuple[list[float], mpf]:
    """The coefficients as numbers of the format, and the largest weighted error they leave."""
    points = grid(fit)
    target, weight = [fit.target(x) for x in points], [abs(fit.weight(x)) for x in points]
    kept: list[float] = []
    while len(kept) < fit.terms:
        best = remez(points, target, weight, fit.terms - len(kept))[0]
        kept.append(float(np.dtype(fit.dtype).type(str(best))))
        target = [(t - mpf(kept[-1])) / x for t, x in zip(target, points, strict=True)]
        weight = [w * abs(x) for w, x in zip(weight, points, strict=True)]
    return kept, max(abs(w * t) for w, t in zip(weight, target, strict=True))


def ratio(numerator: Real, power: int) -> Real:
    """`numerator(x) / x^power`, with digits to spare near 0."""

    def divided(x: mpf) -> mpf:
        with mp.workdps(240):
            return numerator(x) / x**power

    return divided


def in_square(function: Callable[[mpf], mpf]) -> Real:
    """The function of x as one of z = x²."""
    return lambda z: function(mp.sqrt(z))


TINY = mpf(10) ** -20
HALF_LN2 = mp.log(2) / 2 * mpf("1.0001")
EIGHTH_TURN = mp.pi / 4 * mpf("1.01")

EXP = (ratio(lambda r: mp.exp(r) - 1 - r, 2), lambda r: r**2 / mp.exp(r), -HALF_LN2, HALF_LN2)
LOG = (
    *(ratio(lambda f: mp.log1p(f) - f + f**2 / 2, 3), lambda f: f**3 / mp.log1p(f)),
    *(-mpf(1) / 3, mpf(1) / 3),
)
ATANH = (
    *(in_square(ratio(lambda s: 2 * mp.atanh(s) - 2 * s, 3)), lambda z: z),
    *(TINY, mpf("0.0295")),
)
LOG2 = (
    *(ratio(lambda f: mp.log1p(f) / mp.log(2), 1), lambda f: f / mp.log1p(f)),
    *(-mpf(1) / 3, mpf(1) / 3),
)
EXP2 = (lambda r: mpf(2) ** r, lambda r: mpf(2) ** -r, mpf("-0.5001"), mpf("0.5001"))
EXP2_MINUS_1 = (
    *(ratio(lambda r: mpf(2) ** r - 1, 1), lambda r: r / mpf(2) ** r),
    *(mpf("-0.5001"), mpf("0.5001")),
)
SIN = (in_square(ratio(lambda x: mp.sin(x) - x, 3)), lambda z: z, TINY, EIGHTH_TURN**2)
COS = (
    *(in_square(ratio(lambda x: mp.cos(x) - 1 + x**2 / 2, 4)), lambda z: z**2),
    *(TINY, EIGHTH_TURN**2),
)
TANH = (in_square(ratio(lambda x: mp.tanh(x) - x, 3)), lambda z: z, TINY, mpf("0.27") ** 2)


def erfc_exponent(dtype: str, terms: int, high: str) -> Fit:
    """-log(erfc x) / x less 2 / sqrt(pi), its value at 0, rounded."""
    first = mpf(float(np.dtype(dtype).type(str(2 / mp.sqrt(mp.pi)))))
    target = ratio(lambda x: -mp.log(mp.erfc(x)) - x * first, 1)
    return Fit(dtype, terms, target, lambda x: x * mp.erfc(x) / mp.erf(x), TINY, mpf(high))


FITS = {
    "EXP.single": Fit("float32", 5, *EXP),
    "EXP.double": Fit("float64", 10, *EXP),
    "LOG": Fit("float32", 8, *LOG),
    "ATANH": Fit("float64", 8, *ATANH),
    "SIN.single": Fit("float32", 3, *SIN),
    "SIN.double": Fit("float64", 6, *SIN),
    "COS.single": Fit("float32", 3, *COS),
    "COS.double": Fit("float64", 6, *COS),
    "TANH_NEAR_0": Fit("float32", 3, *TANH),
    "ERFC_EXPONENT.single": erfc_exponent("float32", 9, "3.93"),
    "ERFC_EXPONENT.double": erfc_exponent("float64", 24, "5.93"),
    "LOG2_FOR_SINGLE": Fit("float64", 12, *LOG2),
    "EXP2_FOR_SINGLE": Fit("float64", 7, *EXP2),
    "EXP2_MINUS_1": Fit("float64", 12, *EXP2_MINUS_1),
}


def main(names: list[str]) -> None:
    """Print the fits of these names, or all."""
    for name in names or FITS:
        fit = FITS[name]
        coefficients, error = rounded(fit)
        digits = 9 if fit.dtype == "float32" else 17
        print(f"{name}: error 2^{float(mp.log(error, 2)):.1f}")
        print("   ", ", ".join(f"{each:.{digits}g}" for each in coefficients))


if __name__ == "__main__":
    main(sys.argv[1:])

"""sin and cos.

    x = q pi/2 + r, |r| <= pi/4;   sin x is sin r, cos r, -sin r, -cos r for q mod 4 = 0, 1, 2, 3

Up to `FAR`, r is found as Cody and Waite do, with pi/2 in three parts. With fused multiply-adds the
first step is exact, whatever q: r is a multiple of the last place of pi/2's first part, and below
1. Beyond `FAR`, q itself would have no bits for its last digits: there Payne and Hanek's method
multiplies x by the bits of 2/pi that matter (`payne_hanek.py`). It takes ten times as long, so this
is the one place where vector mathematics branches: it is skipped unless some lane is so large.
"""

from __future__ import annotations

from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.instructions.vector_math.formats import format_of
from geartrain.compiler.instructions.vector_math.lanes import INFINITY, Real, Whole
from geartrain.compiler.instructions.vector_math.payne_hanek import Angle, reduce_far
from geartrain.compiler.instructions.vector_math.polynomials import COS, SIN
from geartrain.tensor.dtypes import INT64

TWO_OVER_PI = 0.6366197723675814
# Each part is rounded down, so that the next is positive, and -0 loses no sign to a sum with 0.
HALF_PI = {
    True: (1.570796251296997, 7.549789415861596e-08, 5.390302529957765e-15),
    False: (1.5707963267948966, 6.123233995736765e-17, 1.0828566739219139e-32),
}
FAR = {True: 2.0**17, False: 2.0**30}


def sin(x: Real) -> Real:
    """sin x; NaN for the infinities."""
    angle = _reduce(x)
    return _sine_of(angle.quarters, angle.rest)


def cos(x: Real) -> Real:
    """cos x = sin(x + pi/2); NaN for the infinities."""
    angle = _reduce(x)
    return _sine_of(angle.quarters + 1, angle.rest)


def _sine_of(quarters: Whole, r: Real) -> Real:
    square = r * r
    sines, cosines = (each.single if r.is_single else each.double for each in (SIN, COS))
    # The 0 keeps the product positive where r is -0, so that the sum is -0.
    sine = r.fma(square.fma(square.polynomial(sines), 0.0), r)
    cosine = square.fma(square.polynomial((-0.5, *cosines)), 1.0)
    chosen = (quarters & 1).equals(0).choose(sine, cosine)
    sign_place = 31 if r.is_single else 63
    return (chosen.bits() ^ ((quarters >> 1) << sign_place)).real()


def _reduce(x: Real) -> Angle:
    rounder = format_of(x).rounder
    shifted = x.fma(TWO_OVER_PI, rounder)
    q = shifted - rounder
    r = x
    for part in HALF_PI[x.is_single]:
        r = q.fma(-part, r)
    return _corrected_where_far(x, Angle(shifted.bits(), r))


def _corrected_where_far(x: Real, near: Angle) -> Angle:
    """The angle, found again by Payne and Hanek's method in the lanes beyond `FAR`."""
    builder = x.builder
    far = (abs(x) > FAR[x.is_single]) & (abs(x) < INFINITY)
    turns = builder.convert("zext", far.any(), INT64)

    def correct(_: Value, __: list[Value]) -> list[Value]:
        exact = _reduce_far(x)
        angle = (far.choose(*each) for each in zip(exact, near, strict=True))
        return [each.value for each in angle]

    carried = [each.value for each in near]
    quarters, rest = builder.loop(integer(0), turns, integer(1), carried, correct)
    return Angle(Whole(builder, quarters), Real(builder, rest))


def _reduce_far(x: Real) -> Angle:
    if not x.is_single:
        return reduce_far(x)
    quarters, rest = reduce_far(x.widened())
    return Angle(quarters.narrowed(), rest.narrowed())

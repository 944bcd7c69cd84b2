"""Payne and Hanek's reduction: x modulo pi/2, for x however large.

    |x| = M 2^E, M whole and below 2^53;   |x| 2/pi = q + phase, q taken modulo 4

Bits of 2/pi above the weight 2^(2-E) give multiples of 4, for M is whole; they are left out. Of the
next 192, M times those is exact modulo 2^192, and the bits below change it by less than 2^53: 137
bits after the point are right. A float64 comes as near as 2^-61 to a multiple of pi/2, which leaves
76 bits for the phase.

    2/pi = 0.1010001011...      (64 zeros before the point)
             |<- window, 192 bits: three words ->|

Source: Payne and Hanek, *Radian reduction for trigonometric functions*, SIGNUM, 1983.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value
from geartrain.compiler.instructions.vector_math.formats import DOUBLE
from geartrain.compiler.instructions.vector_math.lanes import Real, Whole
from geartrain.tensor.dtypes import INT64

TABLE = "@geartrain.two_over_pi"
# Where the window of 2^1023 begins is word 16; a window that is not aligned touches 4 words.
WORDS = 20
SMALLEST = 2.0**17  # below, the window would begin before the table
PI_BITS = 64 * WORDS + 64
LOW_HALF = (1 << 32) - 1


class Angle(NamedTuple):
    """x = quarters pi/2 + rest, |rest| <= pi/4; of the quarters, the last two bits count."""

    quarters: Whole
    rest: Real


def reduce_far(x: Real) -> Angle:
    """The angle of float64 numbers from `SMALLEST` on; any angle for the others."""
    bits = abs(x).at_least(SMALLEST).bits()
    m = (bits & (2**DOUBLE.fraction_bits - 1)) | 2**DOUBLE.fraction_bits
    high, low = _product(m, _window((bits >> DOUBLE.fraction_bits) - 1013))
    quarters = (high + (1 << 61)) >> 62
    # Without the quarters' two bits, 64 bits with a sign, and more without: phases in 2^-64.
    phase = high.followed_by(low, high.number(2)).to_real(signed=True)
    phase = (low << 2).to_real(signed=False).fma(2.0**-64, phase)
    rest = phase * (math.pi / 2 * 2.0**-64)
    negative = x < 0.0
    return Angle(
        negative.choose(quarters.number(0) - quarters, quarters), negative.choose(-rest, rest)
    )


def _window(start: Whole) -> list[Whole]:
    """Three words of 2/pi, from a bit of the table on."""
    builder = start.builder
    builder.declarations[TABLE] = _table()
    first, shift = start >> 6, start & 63
    words = [Whole(builder, _load(builder, (first + k).value)) for k in range(4)]
    return [words[k].followed_by(words[k + 1], shift) for k in range(3)]


def _load(builder: Builder, place: Value) -> Value:
    if place.lanes == 1:
        return builder.load(builder.pointer(TABLE, INT64, place), INT64)
    return builder.gather(TABLE, INT64, place, None)


def _product(m: Whole, window: list[Whole]) -> tuple[Whole, Whole]:
    """The two highest of the three words of m times the window."""
    middle = m * window[1]
    low = middle + _high_product(m, window[2])
    high = m * window[0] + _high_product(m, window[1])
    return low.below(middle).choose(high + 1, high), low


def _high_product(m: Whole, word: Whole) -> Whole:
    """The upper word of m times a word, from products of half words; m is below 2^53."""
    m_high, m_low = m >> 32, m & LOW_HALF
    high, low = word >> 32, word & LOW_HALF
    middle = m_high * low + ((m_low * low) >> 32)
    other = m_low * high + (middle & LOW_HALF)
    return m_high * high + (middle >> 32) + (other >> 32)


@cache
def _table() -> str:
    """The bits of 2/pi after 64 zeros, as a constant of the module."""
    bits = (2 << (64 * (WORDS - 1) + PI_BITS)) // _pi()
    words = ((bits >> (64 * k)) % 2**64 for k in reversed(range(WORDS)))
    numbers = ", ".join(f"i64 {word}" for word in words)
    return f"{TABLE} = private unnamed_addr constant [{WORDS} x i64] [{numbers}]"


def _pi() -> int:
    """pi 2^PI_BITS, by Machin's formula; some of the last bits are wrong."""
    return 16 * _arctangent_of_inverse(5) - 4 * _arctangent_of_inverse(239)


def _arctangent_of_inverse(n: int) -> int:
    """atan(1 / n) 2^PI_BITS."""
    power, total, k = 2**PI_BITS // n, 0, 1
    while power:
        total += power // k if k % 4 == 1 else -(power // k)
        power, k = power // (n * n), k + 2
    return total

"""The numbers in which float32 and float64 differ."""

from __future__ import annotations

from dataclasses import dataclass

from geartrain.compiler.instructions.vector_math.lanes import Real


@dataclass(frozen=True)
class Format:
    """A binary floating-point format of IEEE 754."""

    fraction_bits: int
    bias: int
    smallest_normal: float

    @property
    def rounder(self) -> float:
        """1.5 * 2^fraction_bits: what is added to it is rounded to a whole number.

        The sum's lowest bits hold that number, in two's complement, so this is also the fastest
        portable conversion to integers.
        """
        return 1.5 * 2.0**self.fraction_bits


SINGLE = Format(fraction_bits=23, bias=127, smallest_normal=2.0**-126)
DOUBLE = Format(fraction_bits=52, bias=1023, smallest_normal=2.0**-1022)


def format_of(x: Real) -> Format:
    """The format of these numbers."""
    return SINGLE if x.is_single else DOUBLE

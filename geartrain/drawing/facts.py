"""What is in an array, in a sentence: its range, its mean, and how much of it is not finite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Facts:
    """Counts and the range of the finite numbers; `low` and `high` are 0 where there are none."""

    size: int
    nans: int
    infinities: int
    low: float
    high: float
    mean: float

    @property
    def finite(self) -> int:
        """How many numbers are finite."""
        return self.size - self.nans - self.infinities

    def sentence(self) -> str:
        """As words: `0 to 255, mean 33.3; 2 NaN, 1 infinite`."""
        if not self.size:
            return "empty"
        spread = f"{short(self.low)} to {short(self.high)}, mean {short(self.mean)}"
        return "; ".join([spread] * bool(self.finite) + self._not_finite())

    def _not_finite(self) -> list[str]:
        counts = ((self.nans, "NaN"), (self.infinities, "infinite"))
        found = ", ".join(f"{count:,} {name}" for count, name in counts if count)
        return [found] if found else []


def facts(array: Array) -> Facts:
    """Look at every number once; complex numbers count by their magnitude."""
    numbers = plain(array)
    if numbers.dtype.kind in "biu":
        return _spread(numbers, 0, 0)
    nans = int(np.count_nonzero(np.isnan(numbers)))
    infinities = int(np.count_nonzero(np.isinf(numbers)))
    finite = numbers[np.isfinite(numbers)] if nans or infinities else numbers
    return _spread(finite, nans, infinities)


def _spread(finite: Array, nans: int, infinities: int) -> Facts:
    size = finite.size + nans + infinities
    if not finite.size:
        return Facts(size, nans, infinities, 0.0, 0.0, 0.0)
    low, high = float(finite.min()), float(finite.max())
    with np.errstate(over="ignore", invalid="ignore"):  # the sum may be out of range
        mean = float(np.mean(finite, dtype=np.float64))
    return Facts(size, nans, infinities, low, high, mean)


def plain(array: Array) -> Array:
    """The array in a dtype of NumPy's own, real: bfloat16 as float32, complex as magnitudes."""
    if array.dtype.kind == "c":
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(np.abs(array))
    return array if array.dtype.kind in "biuf" else array.astype(np.float32)


def short(number: Any) -> str:
    """A number in few letters.

    >>> short(0.123456), short(1e-9), short(255), short(True), short(float("nan")), short(1 + 2j)
    ('0.123', '1e-09', '255', 'True', 'NaN', '1+2j')
    """
    if isinstance(number, bool | np.bool_):
        return str(bool(number))
    if isinstance(number, complex | np.complexfloating):
        return f"{complex(number):.3g}"
    value = float(number)
    if value != value:
        return "NaN"
    return str(int(value)) if value.is_integer() and abs(value) < 1e5 else f"{value:.3g}"


def factor(number: float) -> str:
    """A number after a sign of multiplication: a negative one stands in brackets.

    >>> factor(2.0), factor(-1.0)
    ('2', '(-1)')
    """
    return f"({short(number)})" if number < 0 else short(number)


def size_text(size_bytes: int) -> str:
    """A number of bytes, 1000 of each in the next.

    >>> size_text(784), size_text(47_040_000)
    ('784 B', '47 MB')
    """
    size = float(size_bytes)
    for unit in UNITS[:-1]:
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} {UNITS[-1]}"

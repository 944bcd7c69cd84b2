"""How windows lie on an axis: the arithmetic that convolution and pooling share.

    place * stride + tap * spacing - low == at * gap

A window has `taps`, and lies at `places`. This equation says which element `at` of the input
meets which tap at which place: `stride` is the way from one place to the next, `low` and `high`
are places added before and behind (taken away, if negative), `spacing` lies between the taps of a
window (a dilated kernel), and `gap` between the elements of the input (a transposed convolution).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from geartrain.errors import explain
from geartrain.tensor import Dim, Shape, Size

__all__ = ["Sweep"]


@dataclass(frozen=True)
class Sweep:
    """How a window goes along one axis."""

    stride: int = 1
    low: int = 0
    high: int = 0
    spacing: int = 1
    gap: int = 1

    def places(self, size: int, taps: int) -> int:
        """How many places there are for a window on an axis of this size."""
        reach = (size - 1) * self.gap + self.low + self.high - (taps - 1) * self.spacing
        return max(reach // self.stride + 1, 0)

    def back(self, size: int, taps: int) -> Sweep:
        """How the window, its taps reversed, goes over the places to find the axis again."""
        apart = (size - 1) * self.gap - (self.places(size, taps) - 1) * self.stride
        low = (taps - 1) * self.spacing - self.low
        return Sweep(self.gap, low, apart + self.low, self.spacing, self.stride)

    def across(self, size: int, taps: int) -> Sweep:
        """How the places, as a window, go over the axis to find the taps."""
        high = (taps - 1) * self.spacing + (self.places(size, taps) - 1) * self.stride
        high -= (size - 1) * self.gap + self.low
        return Sweep(self.spacing, self.low, high, self.stride, self.gap)

    def met_by_tap(self, tap: int, size: int, places: int) -> tuple[slice, slice]:
        """Where a tap meets the input: which places, and which elements."""
        return _meeting(places, size, self.stride, tap * self.spacing - self.low, self.gap)

    def met_at_place(self, place: int, size: int, taps: int) -> tuple[slice, slice]:
        """What meets at a place: which taps, and which elements."""
        return _meeting(taps, size, self.spacing, place * self.stride - self.low, self.gap)

    def text(self, place: str, tap: str, size: str) -> tuple[str, list[str]]:
        """The element's number in the loop language, and what must hold for there to be one.

        `tap` is "" where a window has one tap only. Tests that cannot fail are left out.
        """
        number = _times(place, self.stride)
        number += f" + {_times(tap, self.spacing)}" if tap else ""
        number += f" - {self.low}" if self.low > 0 else f" + {-self.low}" if self.low else ""
        tests = [] if self.gap == 1 else [f"({number}) % {self.gap} == 0"]
        number = number if self.gap == 1 else f"({number}) // {self.gap}"
        tests += [f"0 <= {number}"] if self.low > 0 else []
        tests += [f"{number} < {size}"] if self.high > 0 else []
        return number, tests


Sweeps = tuple[Sweep, ...]


@lru_cache(maxsize=65536)
def _meeting(count: int, size: int, step: int, shift: int, gap: int) -> tuple[slice, slice]:
    """The numbers k < count with k * step + shift == at * gap for some at < size, and the at's."""
    found = [
        (number, (number * step + shift) // gap)
        for number in range(count)
        if (number * step + shift) % gap == 0 and 0 <= number * step + shift <= (size - 1) * gap
    ]
    if not found:
        return slice(0, 0), slice(0, 0)
    return _even([number for number, _ in found]), _even([at for _, at in found])


def _even(numbers: Sequence[int]) -> slice:
    """The slice of numbers that lie evenly apart."""
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    return slice(numbers[0], numbers[-1] + 1, step)


def _times(name: str, factor: int) -> str:
    return name if factor == 1 else f"{name} * {factor}"


def place_counts(name: str, sizes: Shape, taps: Shape, sweeps: Sweeps) -> Shape:
    """How many places the windows of a primitive have on each axis."""
    return tuple(
        _counted(name, *each) for each in zip(range(len(sizes)), sizes, taps, sweeps, strict=True)
    )


def _counted(name: str, axis: int, size: Size, taps: Size, sweep: Sweep) -> Size:
    if isinstance(size, int) and isinstance(taps, int):
        return sweep.places(size, taps)
    if isinstance(size, Dim) and taps == 1 and sweep == Sweep():
        return size
    raise ValueError(
        explain(
            f"{name} must know the size of every axis that it goes along",
            given=f"an axis of size {size}, and windows of {taps}",
            expected="sizes that are numbers; only the batch may be a symbol",
            axis=f"spatial axis {axis}",
            remedy="Input(shape=(height, width, channels)) with numbers",
        )
    )


def all_taps(window: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every tap of a window of several axes, the last axis fastest."""
    return product(*(range(taps) for taps in window))


def met_by_tap(sweeps: Sweeps, tap: Sequence[int], sizes: Any, places: Any) -> tuple[Any, Any]:
    """Where a tap of a window of several axes meets the input, as two tuples of slices."""
    pairs = [s.met_by_tap(*each) for s, *each in zip(sweeps, tap, sizes, places, strict=True)]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def met_at_place(sweeps: Sweeps, place: Sequence[int], sizes: Any, taps: Any) -> tuple[Any, Any]:
    """Which taps and which elements meet at a place, as two tuples of slices."""
    pairs = [s.met_at_place(*each) for s, *each in zip(sweeps, place, sizes, taps, strict=True)]
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def element_text(sweeps: Sweeps, places: Sequence[str], taps: Sequence[str]) -> tuple[str, str]:
    """`n, i + p, j + q`: an element under a window in the loop language, and the tests (or "")."""
    numbers, tests = [], []
    for axis, (sweep, place, tap) in enumerate(zip(sweeps, places, taps, strict=True), 1):
        number, needed = sweep.text(place, tap, f"x.shape[{axis}]")
        numbers.append(number)
        tests += needed
    return ", ".join(["n", *numbers]), " and ".join(tests)

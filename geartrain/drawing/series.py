"""Rows of numbers as bars and as lines, thinned where there are more of them than pixels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from geartrain.drawing.svg import BLUE, INK, ORANGE, TONES, Drawing, Point

Array = np.ndarray[Any, Any]

BARS = 64  # as many numbers are bars; more are a line


def draw_vector(numbers: Array, title: str, *, width: float = 320, height: float = 64) -> Drawing:
    """One row of numbers: bars, or a line where there are many."""
    sheet = Drawing(width, height, title)
    low, high = span(numbers)
    if len(numbers) <= BARS:
        _bars(sheet, numbers, low, high)
    else:
        _zero_line(sheet, low, high)
        _curve(sheet, numbers, low, high, BLUE)
    return sheet


def draw_lines(
    rows: Sequence[Array],
    title: str,
    *,
    width: float = 320,
    height: float = 96,
    limits: tuple[float, float] | None = None,
) -> Drawing:
    """Several rows of numbers on one scale, each in its own colour."""
    sheet = Drawing(width, height, title)
    low, high = limits or span(np.concatenate([np.ravel(each) for each in rows] or [np.zeros(0)]))
    _zero_line(sheet, low, high)
    for number, row in enumerate(rows):
        _curve(sheet, row, low, high, TONES[number % len(TONES)])
    return sheet


def span(numbers: Array) -> tuple[float, float]:
    """The range of the finite numbers and zero, never empty."""
    finite = numbers[np.isfinite(numbers)]
    low, high = float(min(finite.min(initial=0), 0)), float(max(finite.max(initial=0), 0))
    return (low, high) if low < high else (0.0, 1.0)


def _height_of(value: float, low: float, high: float, height: float) -> float:
    """Where a number stands on a sheet; two pixels stay free above and below."""
    share = value / 2 - low / 2, high / 2 - low / 2  # halves, as the span may be out of range
    return height - 2 - share[0] / share[1] * (height - 4)


def _zero_line(sheet: Drawing, low: float, high: float) -> None:
    zero = _height_of(0.0, low, high, sheet.height)
    sheet.line([(0.0, zero), (sheet.width, zero)], stroke=INK, opacity=0.35)


def _bars(sheet: Drawing, numbers: Array, low: float, high: float) -> None:
    step = min(sheet.width / max(len(numbers), 1), 24.0)
    zero = _height_of(0.0, low, high, sheet.height)
    for place, number in enumerate(numbers):
        if not np.isfinite(number):
            continue
        top = _height_of(float(number), low, high, sheet.height)
        sheet.rect(
            place * step + step * 0.1,
            min(top, zero),
            step * 0.8,
            abs(zero - top),
            fill=ORANGE if number < 0 else BLUE,
            stroke="none",
        )
    _zero_line(sheet, low, high)


def _curve(sheet: Drawing, numbers: Array, low: float, high: float, colour: str) -> None:
    """A line that has a gap where numbers are not finite."""
    places, values = thin(numbers, int(sheet.width / 2))
    across = sheet.width / max(len(numbers) - 1, 1)
    finite = np.isfinite(values)
    ends = np.flatnonzero(np.diff(finite.astype(int))) + 1
    for run in np.split(np.arange(len(values)), ends):
        if len(run) and finite[run[0]]:
            points: list[Point] = [
                (float(places[at] * across), _height_of(float(values[at]), low, high, sheet.height))
                for at in run
            ]
            sheet.line(points if len(points) > 1 else points * 2, stroke=colour, width=1.5)


def thin(numbers: Array, bins: int) -> tuple[Array, Array]:
    """Of each of `bins` stretches the least and the largest number, so that no peak is lost.

    Returns the places and the numbers. A stretch with a number that is not finite gives that one.
    """
    if len(numbers) <= 2 * bins:
        return np.arange(len(numbers)), numbers
    edges = np.linspace(0, len(numbers), bins + 1).astype(int)
    places = [
        place for start, end in pairwise(edges) for place in _extremes(numbers[start:end], start)
    ]
    return np.array(places), numbers[places]


def _extremes(part: Array, start: int) -> list[int]:
    """The places of the least and the largest; NaN and infinities are found by both or one."""
    return sorted({start + int(np.argmin(part)), start + int(np.argmax(part))})

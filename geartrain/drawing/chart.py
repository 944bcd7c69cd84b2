"""`Chart`: lines and dots over a range of x and y, with a legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.drawing.svg import BLUE, GREEN, ORANGE, RED, VIOLET, Drawing

TONES = (BLUE, ORANGE, GREEN, VIOLET, RED)
WIDTH, HEIGHT, MARGIN = 600, 280, 44
LEGEND = 170  # to the right of the points
Range = tuple[float, float]
HALF_LETTER = 3.2
LETTER, LINE = 5.0, 9  # the size of small words


class Chart:
    """A sheet on which points of a range of x and y are drawn.

    Args:
        title: above the points, and for those who cannot see them.
        x_range: the least and the largest x.
        y_range: the least and the largest y.
        names: of x and y.

    >>> chart = Chart("a line", (0, 1), (0, 2))
    >>> chart.line([(0, 0), (1, 2)], name="y = 2 x")
    >>> chart.at((1, 2))
    (430.0, 44.0)
    """

    def __init__(
        self, title: str, x_range: Range, y_range: Range, names: tuple[str, str] = ("x", "y")
    ) -> None:
        self.x_range, self.y_range = x_range, y_range
        self.sheet = Drawing(WIDTH, HEIGHT, title)
        self.rows = 0
        self.labels: list[tuple[float, float, float]] = []  # left, right and y of the words
        left, right, top, bottom = MARGIN, WIDTH - LEGEND, MARGIN, HEIGHT - MARGIN
        self.sheet.text(MARGIN, 20, title, bold=True)
        self.sheet.line([(left, top), (left, bottom), (right, bottom)], opacity=0.6)
        for x, number in zip((left, right), x_range, strict=True):
            self.sheet.text(x, bottom + 16, f"{number:.3g}", size=10, anchor="middle")
        for y, number in zip((bottom, top), y_range, strict=True):
            self.sheet.text(left - 6, y + 4, f"{number:.3g}", size=10, anchor="end")
        self.sheet.text((left + right) / 2, bottom + 32, names[0], anchor="middle")
        middle = max(left, HALF_LETTER * len(names[1]))  # a long name begins on the sheet
        self.sheet.text(middle, top - 8, names[1], anchor="middle")

    def at(self, point: Sequence[Any]) -> tuple[float, float]:
        """Where a point is on the sheet; what lies outside is drawn at the edge."""
        shares = [
            min(max((float(value) - low) / (high - low), 0.0), 1.0)
            for value, (low, high) in zip(point, (self.x_range, self.y_range), strict=True)
        ]
        return (
            MARGIN + shares[0] * (WIDTH - LEGEND - MARGIN),
            HEIGHT - MARGIN - shares[1] * (HEIGHT - 2 * MARGIN),
        )

    def line(
        self,
        points: Iterable[Sequence[Any]],
        tone: str = BLUE,
        *,
        name: str = "",
        dashed: bool = False,
        width: float = 2,
    ) -> None:
        """A line through points, and its name beside."""
        places = [self.at(point) for point in points]
        self.sheet.line(places, stroke=tone, width=width, dashed=dashed)
        self.name(name, tone)

    def dots(
        self,
        points: Iterable[Sequence[Any]],
        tone: str = ORANGE,
        *,
        name: str = "",
        radius: float = 3,
        opacity: float = 1.0,
    ) -> None:
        """A dot at each point, and their name beside."""
        for x, y in map(self.at, points):
            self.sheet.circle(x, y, radius, fill=tone, opacity=opacity)
        self.name(name, tone)

    def words(self, point: Sequence[Any], words: str, tone: str = BLUE) -> None:
        """Words at a point, or as near below as no other words are."""
        x, y = self.at(point)
        self.sheet.circle(x, y, 2, fill=tone)
        left, right = x + 4, x + 4 + len(words) * LETTER
        while any(
            left < end and start < right and abs(y - at) < LINE for start, end, at in self.labels
        ):
            y += 1
        self.labels.append((left, right, y))
        self.sheet.text(left, y + 3, words, size=9, fill=tone)

    def name(self, words: str, tone: str) -> None:
        """A line of the legend."""
        if words:
            self.rows += 1
            y = MARGIN + 14 * self.rows
            self.sheet.circle(WIDTH - LEGEND + 20, y - 4, 4, fill=tone)
            self.sheet.text(WIDTH - LEGEND + 30, y, words, size=11)

    def save(self, path: str | Path) -> None:
        """Write the chart to a file, and say so."""
        print("saved", self.sheet.save(path))


def range_of(*arrays: Any, space: float = 0.05) -> Range:
    """From the least to the largest number, and a little more."""
    low, high = (float(f(list(map(f, arrays)))) for f in (np.min, np.max))
    return low - space * (high - low), high + space * (high - low)

"""A chart of lines and dots, for the scripts beside it; run, it draws a parabola.

Run it as `python picture.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain.drawing import Drawing
from geartrain.drawing.svg import BLUE, GREEN, GREY, ORANGE, RED, VIOLET

TONES = (BLUE, ORANGE, GREEN, VIOLET, RED)
WIDTH, HEIGHT, MARGIN = 600, 280, 44
LEGEND = 170  # to the right of the points


class Chart:
    """A sheet on which points of a range of x and y are drawn."""

    def __init__(self, title, x_range, y_range, names=("x", "y")):
        self.x_range, self.y_range = x_range, y_range
        self.sheet = Drawing(WIDTH, HEIGHT, title)
        self.rows = 0
        left, right, top, bottom = MARGIN, WIDTH - LEGEND, MARGIN, HEIGHT - MARGIN
        self.sheet.text(MARGIN, 20, title, bold=True)
        self.sheet.line([(left, top), (left, bottom), (right, bottom)], opacity=0.6)
        for x, number in zip((left, right), x_range, strict=True):
            self.sheet.text(x, bottom + 16, f"{number:.3g}", size=10, anchor="middle")
        for y, number in zip((bottom, top), y_range, strict=True):
            self.sheet.text(left - 6, y + 4, f"{number:.3g}", size=10, anchor="end")
        self.sheet.text((left + right) / 2, bottom + 32, names[0], anchor="middle")
        self.sheet.text(left, top - 8, names[1], anchor="middle")

    def at(self, point):
        """Where a point is on the sheet; what lies outside is drawn at the edge."""
        shares = [
            min(max((float(value) - low) / (high - low), 0.0), 1.0)
            for value, (low, high) in zip(point, (self.x_range, self.y_range), strict=True)
        ]
        return (
            MARGIN + shares[0] * (WIDTH - LEGEND - MARGIN),
            HEIGHT - MARGIN - shares[1] * (HEIGHT - 2 * MARGIN),
        )

    def line(self, points, tone=BLUE, *, name="", dashed=False, width=2):
        """A line through points, and its name beside."""
        places = [self.at(point) for point in points]
        self.sheet.line(places, stroke=tone, width=width, dashed=dashed)
        self.name(name, tone)

    def dots(self, points, tone=ORANGE, *, name="", radius=3, opacity=1.0):
        """A dot at each point, and their name beside."""
        for x, y in map(self.at, points):
            self.sheet.circle(x, y, radius, fill=tone, opacity=opacity)
        self.name(name, tone)

    def name(self, words, tone):
        """A line of the legend."""
        if words:
            self.rows += 1
            y = MARGIN + 14 * self.rows
            self.sheet.circle(WIDTH - LEGEND + 20, y - 4, 4, fill=tone)
            self.sheet.text(WIDTH - LEGEND + 30, y, words, size=11)

    def save(self, path):
        """Write the chart to a file."""
        print("saved", self.sheet.save(path))


def range_of(*arrays, space=0.05):
    """From the least to the largest number, and a little more."""
    low, high = min(map(np.min, arrays)), max(map(np.max, arrays))
    return low - space * (high - low), high + space * (high - low)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    x = np.linspace(-2, 2, 41)
    chart = Chart("a parabola", (-2, 2), (0, 4))
    chart.line(zip(x, x * x, strict=True), name="x squared")
    chart.dots([(1, 1)], GREY, name="at 1")
    chart.save(folder / "parabola.svg")

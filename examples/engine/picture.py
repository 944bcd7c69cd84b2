"""A chart of lines and dots, for the scripts beside it; run, it draws a parabola.

Run it as `python picture.py [folder]`; it saves a picture there.
"""

import sys
from pathlib import Path

import numpy as np

from geartrain.drawing.chart import TONES, Chart, range_of
from geartrain.drawing.svg import GREY

__all__ = ["GREY", "TONES", "Chart", "range_of"]

if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    x = np.linspace(-2, 2, 41)
    chart = Chart("a parabola", (-2, 2), (0, 4))
    chart.line(zip(x, x * x, strict=True), name="x squared")
    chart.dots([(1, 1)], GREY, name="at 1")
    chart.save(folder / "parabola.svg")

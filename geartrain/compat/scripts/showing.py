"""What a notebook shows: the value of a cell's last line, `display`, and figures."""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def display(*objects: Any, **options: Any) -> None:
    """Print objects as a notebook without pictures would."""
    for each in objects:
        print(each if isinstance(each, str) else repr(each))


def display_value(value: Any) -> None:
    """Print the value of a cell's last line, unless it is None."""
    if value is not None:
        print(repr(value))


class Figures:
    """Matplotlib without a screen: `plt.show()` saves the figures, or lets them go.

    Args:
        folder: where they are saved, numbered; None lets them go.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.count = 0

    def use(self) -> None:
        """Choose the back end that draws into memory; matplotlib may be missing."""
        if find_spec("matplotlib") is None:
            return
        from matplotlib import pyplot

        def show(*args: Any, **kwargs: Any) -> None:
            self.show()

        pyplot.switch_backend("agg")  # at once: later it would set attributes of what shows
        pyplot.show = show

    def show(self) -> None:
        """`plt.show()`: save what is open, and close it."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            self._save(pyplot.figure(number))
        pyplot.close("all")

    def _save(self, figure: Any) -> None:
        self.count += 1
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a letter that the font lacks
                figure.savefig(self.folder / f"figure-{self.count:03}.png")

"""`Gallery`: pictures in rows, with words below each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from geartrain.drawing.images import heat_pixels, pixels
from geartrain.drawing.png import encode_png
from geartrain.drawing.svg import Drawing

Array = np.ndarray[Any, Any]

HEAD, WORDS, SPACE = 34, 18, 8


class Gallery:
    """Pictures in rows, with words below each.

    Args:
        title: above the pictures, and for those who cannot see them.
        columns: how many pictures a row has.
        side: the height and width of a picture on the sheet.
        shades: how many each colour has, 2 ... 256; fewer make a smaller file.

    >>> gallery = Gallery("two shades", columns=2)
    >>> gallery.add(np.zeros((8, 8)), "dark")
    >>> gallery.add(np.ones((8, 8, 3)), "light")
    >>> gallery.drawing()
    <Drawing 232 x 164: two shades>
    """

    def __init__(self, title: str, columns: int, side: int = 104, *, shades: int = 256) -> None:
        self.title, self.columns, self.side, self.shades = title, columns, side, shades
        self.pictures: list[tuple[Array, str]] = []

    def add(self, picture: Any, words: str = "", *, heat: bool = False) -> None:
        """One more picture.

        Args:
            picture: (height, width), or with 1, 3 or 4 channels behind; floats of 0 ... 1, or
                whole numbers of 0 ... 255.
            words: below it.
            heat: whether numbers of any size are drawn as colours, cold to hot.
        """
        numbers = np.asarray(picture)
        if heat:
            (found,) = heat_pixels(numbers.reshape(1, *numbers.shape[:2]))
        else:
            deep = numbers[..., None] if numbers.ndim == 2 else numbers
            whole = deep if deep.dtype == np.uint8 else np.clip(deep, 0, 1) * 255
            found = pixels(self._shaded(whole))
        self.pictures.append((found, words))

    def _shaded(self, whole: Array) -> Array:
        """Numbers of 0 ... 255 as the nearest of so many shades."""
        if self.shades == 256:
            return np.asarray(whole, np.uint8)
        step = 255 / (self.shades - 1)
        return np.asarray(np.round(np.round(whole / step) * step), np.uint8)

    def drawing(self) -> Drawing:
        """The sheet."""
        rows = -(-len(self.pictures) // self.columns)
        width = self.columns * (self.side + SPACE) + SPACE
        sheet = Drawing(width, HEAD + rows * (self.side + WORDS + SPACE), self.title)
        sheet.text(SPACE, 20, self.title, bold=True)
        for place, (picture, words) in enumerate(self.pictures):
            row, column = divmod(place, self.columns)
            x = SPACE + column * (self.side + SPACE)
            y = HEAD + row * (self.side + WORDS + SPACE)
            sheet.image(x, y, self.side, self.side, encode_png(picture))
            sheet.text(x, y + self.side + 13, words, size=10)
        return sheet

    def save(self, path: str | Path) -> None:
        """Write the pictures to a file, and say so."""
        print("saved", self.drawing().save(path))

"""What an explanation is: text to print, a drawing to look at, and the shape that comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.drawing.cells import Box, table
from geartrain.drawing.svg import Drawing
from geartrain.errors import explain
from geartrain.tensor import Array, Dim, Shape, Size, Tensor, Variable, format_shape


@dataclass(frozen=True)
class Explanation:
    """An operation explained.

    Attributes:
        text: the explanation in words and numbers; `str` gives it.
        drawing: the same drawn; notebooks show it.
        shape: the shape of the result, or None where the shapes do not fit.
        summary: one line.
    """

    text: str
    drawing: Drawing
    shape: Shape | None
    summary: str

    @property
    def fits(self) -> bool:
        """Whether the operation can be done."""
        return self.shape is not None

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file that ends in .svg, and say where."""
        return self.drawing.save(path)

    def said(self) -> Explanation:
        """Itself, after its text was printed."""
        print(self.text)
        return self

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Explanation: {self.summary}>"

    def _repr_html_(self) -> str:
        return self.drawing.inline()


@dataclass(frozen=True)
class Given:
    """An argument: its shape, and its numbers if there are any."""

    shape: Shape
    numbers: Array | None = None

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __str__(self) -> str:
        return format_shape(self.shape)


def given(value: Any) -> Given:
    """What is meant: a tensor, an array, nested lists, a number; or a tuple of sizes, a shape.

    Raises:
        TypeError: it is nothing of these.
    """
    if isinstance(value, tuple) and all(isinstance(each, int | Dim) for each in value):
        return Given(_sizes(value))
    if isinstance(value, Variable | Tensor) and not getattr(value, "is_symbolic", False):
        return Given(value.shape, value.numpy())
    if isinstance(value, Tensor):
        return Given(value.shape)
    array = np.asarray(value)
    if array.dtype.kind not in "biufcV":
        raise TypeError(_not_a_shape(value))
    return Given(array.shape, array)


def _sizes(shape: Shape) -> Shape:
    if any(isinstance(size, int) and size < 0 for size in shape):
        raise TypeError(_not_a_shape(shape))
    return shape


def _not_a_shape(value: Any) -> str:
    return explain(
        "This is neither a tensor nor a shape",
        given=repr(value),
        expected="a tensor, an array, nested lists, or a tuple of sizes",
        remedy="explain.broadcast((64, 3, 32, 10), (32, 10))",
    )


def numbers_or_places(argument: Given) -> Array:
    """The numbers; of a mere shape, the place of each element: 0, 1, 2, ..."""
    if argument.numbers is not None:
        return argument.numbers
    sizes = tuple(size if isinstance(size, int) else 1 for size in argument.shape)
    return np.arange(np.prod(sizes, dtype=int)).reshape(sizes)


def is_small(*shapes: Shape, rank: int = 3, most: int = 8) -> bool:
    """Whether every shape can be drawn box by box."""
    return all(
        len(shape) <= rank and all(isinstance(size, int) and 0 < size <= most for size in shape)
        for shape in shapes
    )


def axes_row(boxes: Sequence[Box]) -> Drawing:
    """A shape as a row of boxes, one for each axis; a scalar has none."""
    if not boxes:
        sheet = Drawing(90, 26, "a scalar")
        sheet.text(0, 17, "no axes")
        return sheet
    return table((len(boxes),), lambda index: boxes[index[0]], "axes", most=len(boxes))


def letters(sizes: Sequence[Size], start: int = 0) -> list[str]:
    """A letter for each axis: i, j, k, ..."""
    return [chr(ord("i") + start + at) for at in range(len(sizes))]

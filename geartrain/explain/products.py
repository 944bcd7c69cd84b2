"""Which axis meets which in a dot product, for every rank.

    explain.dot((2, 3, 4), (5, 4, 6))

The last axis of a meets the last but one of b (of a vector, its only one): their products are
summed, and the axes that are left make the result, a's first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain.drawing.cells import Box, Index, Look, table
from geartrain.drawing.facts import factor, plain, short
from geartrain.drawing.svg import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    Drawing,
    column_of,
    framed,
    paragraph,
    row_of,
    words,
)
from geartrain.explain.explanation import (
    Explanation,
    Given,
    axes_row,
    given,
    is_small,
    letters,
    numbers_or_places,
)
from geartrain.tensor import Array, Shape, Size, format_shape


@dataclass(frozen=True)
class Meeting:
    """Two tensors, and the axes of them that meet; None where one of them is a scalar."""

    a: Given
    b: Given

    @property
    def axes(self) -> tuple[int, int] | None:
        """The axis of a and the axis of b that meet."""
        if not self.a.rank or not self.b.rank:
            return None
        return self.a.rank - 1, max(self.b.rank - 2, 0)

    @property
    def sizes(self) -> tuple[Size, Size]:
        """How long the two axes are (1 and 1 where there are none)."""
        if self.axes is None:
            return 1, 1
        return self.a.shape[self.axes[0]], self.b.shape[self.axes[1]]

    @property
    def kept(self) -> tuple[Shape, Shape]:
        """The axes of a and of b that do not meet."""
        if self.axes is None:
            return self.a.shape, self.b.shape
        at = self.axes[1]
        return self.a.shape[:-1], self.b.shape[:at] + self.b.shape[at + 1 :]

    @property
    def result(self) -> Shape | None:
        """The shape of the product, or None where the two axes are not of one size."""
        return self.kept[0] + self.kept[1] if self.sizes[0] == self.sizes[1] else None


def dot(a: Any, b: Any) -> Explanation:
    """Print which axis meets which in `ops.dot(a, b)`, and return the explanation.

    Args:
        a: a tensor, an array, nested lists or a number; or a shape, as a tuple.
        b: the same.

    >>> print(dot((2, 3, 4), (5, 4, 6)).shape)
    a         (2, 3, [4])
    b         (5, [4], 6)
    the last axis of a meets the last but one of b: 4 products are summed
    result    (2, 3, 5, 6): (2, 3) of a, then (5, 6) of b
    y[i, j, k, l] = sum over n of a[i, j, n] * b[k, n, l]
    (2, 3, 5, 6)
    """
    meeting = Meeting(given(a), given(b))
    shape = meeting.result
    outcome = f"gives {format_shape(shape)}" if shape is not None else "does not fit"
    summary = f"dot of {meeting.a} and {meeting.b} {outcome}"
    return Explanation(_text(meeting), _drawing(meeting, summary), shape, summary).said()


def _text(meeting: Meeting) -> str:
    a_axis, b_axis = meeting.axes or (None, None)
    lines = [f"a         {_marked(meeting.a.shape, a_axis)}"]
    lines += [f"b         {_marked(meeting.b.shape, b_axis)}", _meets(meeting)]
    return "\n".join([*lines, *(_misfit(meeting) if meeting.result is None else _sum(meeting))])


def _marked(shape: Shape, axis: int | None) -> str:
    """The shape with an axis in brackets: `(2, 3, [4])`."""
    inner = ", ".join(f"[{size}]" if at == axis else str(size) for at, size in enumerate(shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def _meets(meeting: Meeting) -> str:
    if meeting.axes is None:
        return "one of them is a scalar: every element of the other is multiplied by it"
    of_a = "the only axis of a" if meeting.a.rank == 1 else "the last axis of a"
    of_b = "the only one of b" if meeting.b.rank == 1 else "the last but one of b"
    a, b = meeting.sizes
    if a != b:
        return f"{of_a} meets {of_b}: {a} against {b}"
    return f"{of_a} meets {of_b}: {a} products are summed"


def _sum(meeting: Meeting) -> list[str]:
    mine, others = (format_shape(each) for each in meeting.kept)
    shape = format_shape(meeting.kept[0] + meeting.kept[1])
    return [f"result    {shape}: {mine} of a, then {others} of b", _formula(meeting)]


def _formula(meeting: Meeting) -> str:
    """The product of two tensors, one element of it."""
    mine, others = letters(meeting.kept[0]), letters(meeting.kept[1], len(meeting.kept[0]))
    summed = chr(max(ord("n"), ord("i") + len(mine) + len(others)))
    left, right = list(mine), list(others)
    if meeting.axes is not None:
        left.insert(meeting.axes[0], summed)
        right.insert(meeting.axes[1], summed)
    total = f"sum over {summed} of " if meeting.axes is not None else ""
    return f"{_at('y', mine + others)} = {total}{_at('a', left)} * {_at('b', right)}"


def _at(name: str, index: list[str]) -> str:
    return f"{name}[{', '.join(index)}]" if index else name


def _misfit(meeting: Meeting) -> list[str]:
    a, b = meeting.sizes
    return [
        f"they are summed over together, so both must be of one size, and {a} is not {b}",
        f"remedy:   {_remedy(meeting)}",
    ]


def _remedy(meeting: Meeting) -> str:
    a, b = meeting.a.shape, meeting.b.shape
    turned = {
        "dot(a, b.T)": Meeting(Given(a), Given(b[::-1])),
        "dot(a.T, b)": Meeting(Given(a[::-1]), Given(b)),
        "dot(b, a)": Meeting(Given(b), Given(a)),
        "dot(a.T, b.T)": Meeting(Given(a[::-1]), Given(b[::-1])),
    }
    for call, other in turned.items():
        if other.result is not None:
            return f"ops.{call} gives {format_shape(other.result)}"
    axis = meeting.axes[1] - meeting.b.rank if meeting.axes else 0
    return f"make b with {meeting.sizes[0]} places on axis {axis}: print(a.shape, b.shape)"


def _drawing(meeting: Meeting, title: str) -> Drawing:
    parts = [_axes(meeting)]
    parts.append(paragraph(_caption(meeting)))
    shape = meeting.result
    if shape is not None and meeting.axes and is_small(meeting.a.shape, meeting.b.shape, rank=2):
        parts.append(_corner(meeting))
    return framed(column_of(parts, title))


def _caption(meeting: Meeting) -> list[str]:
    return [_meets(meeting), *(_misfit(meeting) if meeting.result is None else [])]


def _axes(meeting: Meeting) -> Drawing:
    """Both shapes as boxes, the axes that meet in one colour, and the result's below."""
    met = ORANGE if meeting.result is not None else RED
    a_axis, b_axis = meeting.axes or (None, None)
    rows = [
        ("a", _boxes(meeting.a.shape, BLUE, a_axis, met)),
        ("b", _boxes(meeting.b.shape, GREEN, b_axis, met)),
    ]
    if meeting.result is not None:
        mine, others = meeting.kept
        rows.append(("result", _boxes(mine, BLUE) + _boxes(others, GREEN)))
    return row_of([_named(name, axes_row(boxes)) for name, boxes in rows], "axes", gap=36)


def _named(name: str, drawing: Drawing) -> Drawing:
    return column_of([words(name, bold=True), drawing], name, gap=4)


def _boxes(shape: Shape, tone: str, axis: int | None = None, met: str = ORANGE) -> list[Box]:
    return [
        Box(str(size), met if at == axis else tone, 0.45 if at == axis else 0.2)
        for at, size in enumerate(shape)
    ]


def _corner(meeting: Meeting) -> Drawing:
    """The book's figure: a to the left of the result, b above it; one row, one column, one box."""
    a, b = (numbers_or_places(each) for each in (meeting.a, meeting.b))
    rows, columns = np.atleast_2d(a), b if b.ndim == 2 else b[:, None]
    result = np.atleast_2d(plain(rows) @ plain(columns))
    left = table(rows.shape, _look(rows, BLUE, lambda index: index[0] == 0), "a")
    top = table(columns.shape, _look(columns, GREEN, lambda index: index[1] == 0), "b")
    corner = table(result.shape, _look(result, GREY, lambda index: index == (0, 0)), "result")
    gap, above = 14.0, top.height + 14.0
    height = above + max(left.height, corner.height)
    sheet = Drawing(left.width + gap + max(top.width, corner.width), height, "one element")
    sheet.place(top, left.width + gap, 0)
    sheet.place(left, 0, above)
    sheet.place(corner, left.width + gap, above)
    return column_of([words(_products(rows, columns, result)), sheet], "one element", gap=6)


def _products(rows: Array, columns: Array, result: Array) -> str:
    pairs = zip(rows[0].tolist(), columns[:, 0].tolist(), strict=True)
    terms = " + ".join(f"{short(x)}·{factor(y)}" for x, y in pairs)
    return f"first row of a, first column of b: {terms} = {short(result[0, 0].item())}"


def _look(numbers: Array, tone: str, is_lit: Any) -> Look:
    def look(index: Index) -> Box:
        lit = is_lit(index)
        return Box(short(numbers[index].item()), ORANGE if lit else tone, 0.45 if lit else 0.12)

    return look

"""Arrays as boxes with numbers in them: a row, a table, pages of tables behind each other.

    0.1  0.5          a matrix; where an axis is long, a few places of it, "..." and the last
    0.7  0.2

A `Look` says what stands in the box at an index and how it is coloured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain.drawing.facts import facts, plain, short
from geartrain.drawing.svg import BLUE, GREY, INK, ORANGE, Drawing, row_of

Array = np.ndarray[Any, Any]
Index = tuple[int, ...]

HEIGHT, LETTER, PAD = 24.0, 7.0, 10.0
PAGE = 12.0  # how far a page stands out behind the one before it
GAP = 22.0  # the room of the dots that stand for what is left out
MOST = 8  # boxes along an axis


@dataclass(frozen=True)
class Box:
    """How one box looks."""

    words: str = ""
    fill: str = "none"
    opacity: float = 0.0
    stroke: str = INK
    dashed: bool = False


Look = Callable[[Index], Box]


def shown_places(size: int, most: int) -> list[int | None]:
    """Which places of an axis are drawn; None stands for those left out.

    >>> shown_places(3, 4), shown_places(28, 4)
    ([0, 1, 2], [0, 1, None, 27])
    """
    if size <= most:
        return list(range(size))
    return [*range(most - 2), None, size - 1]


def by_value(array: Array) -> Look:
    """Boxes with the numbers, the more coloured the larger they are: positive blue, else orange."""
    numbers = plain(array)
    found = facts(array)
    reach = max(abs(found.low), abs(found.high)) or 1.0

    def look(index: Index) -> Box:
        value = float(numbers[index])
        words = short(array[index].item() if array.dtype.kind != "V" else value)
        if not np.isfinite(value):
            return Box(words, GREY, 0.5)
        return Box(words, ORANGE if value < 0 else BLUE, 0.06 + 0.5 * abs(value) / reach)

    return look


def table(shape: Sequence[int], look: Look, title: str, *, most: int = MOST) -> Drawing:
    """Boxes of an array of rank 0 to 2; a vector is a row."""
    rows = shown_places(shape[0], most) if len(shape) == 2 else [0]
    columns = shown_places(shape[-1], most) if shape else [0]
    boxes = {
        (down, across): look((row, column)[2 - len(shape) :])
        for down, row in enumerate(rows)
        for across, column in enumerate(columns)
        if row is not None and column is not None
    }
    width = _box_width(box.words for box in boxes.values())
    lefts, total_width = _edges(columns, width)
    tops, total_height = _edges(rows, HEIGHT)
    sheet = Drawing(total_width + 2, total_height + 2, title)
    for (down, across), box in boxes.items():
        _draw_box(sheet, lefts[across] + 1, tops[down] + 1, width, box)
    _draw_dots(sheet, rows, tops, columns, lefts, width)
    return sheet


def pages(shape: Sequence[int], look: Look, title: str, *, most: int = 5) -> Drawing:
    """Boxes of an array of rank 3: the page of place 0, and the edges of others behind it."""
    behind = max(min(shape[0], most) - 1, 0)
    front = table(shape[1:], within(look, 0), title, most=most)
    sheet = Drawing(front.width + PAGE * behind, front.height + PAGE * behind, title)
    for depth in range(behind, 0, -1):
        _draw_edge(sheet, PAGE * depth, PAGE * (behind - depth), front)
    sheet.place(front, 0, PAGE * behind)
    return sheet


def _draw_edge(sheet: Drawing, x: float, y: float, page: Drawing) -> None:
    """What can be seen of a page behind the one before it: its upper and its right edge."""
    right, low = x + page.width - 1, y + page.height - 1
    inner = right - PAGE, y + PAGE
    outline = [(x, y + 1), (right, y + 1), (right, low), (inner[0], low), inner, (x, inner[1])]
    if page.width > PAGE < page.height:
        sheet.polygon(outline, fill=BLUE, opacity=0.15)
    sheet.line([(x, inner[1]), *outline[:3], (inner[0], low)], opacity=0.6)


def side_by_side(shape: Sequence[int], look: Look, title: str, *, most: int = 4) -> Drawing:
    """Boxes of an array of rank 0 to 3, where every page of rank 3 can be seen whole."""
    if len(shape) < 3:
        return table(shape, look, title, most=most)
    sheets = [_page(shape, look, at, most) for at in shown_places(shape[0], most)]
    return row_of(sheets, title, gap=12) if sheets else Drawing(0, 0, title)


def within(look: Look, at: int) -> Look:
    """The look of what is at one place of the first axis."""
    return lambda index: look((at, *index))


def _page(shape: Sequence[int], look: Look, at: int | None, most: int) -> Drawing:
    if at is None:
        dots = Drawing(GAP, HEIGHT + 16, "...")
        dots.text(GAP / 2, HEIGHT * 0.65 + 16, "···", anchor="middle")
        return dots
    inner = table(shape[1:], within(look, at), "", most=most)
    sheet = Drawing(inner.width, inner.height + 16, f"[{at}]")
    sheet.text(inner.width / 2, 12, f"[{at}]", size=11, anchor="middle")
    sheet.place(inner, 0, 16)
    return sheet


def _box_width(words: Any) -> float:
    return max(HEIGHT, LETTER * max((len(each) for each in words), default=0) + PAD)


def _edges(places: Sequence[int | None], size: float) -> tuple[list[float], float]:
    """Where each box starts along an axis, and where the last one ends."""
    edges, at = [], 0.0
    for place in places:
        edges.append(at)
        at += GAP if place is None else size
    return edges, at


def _draw_box(sheet: Drawing, x: float, y: float, width: float, box: Box) -> None:
    sheet.rect(
        x,
        y,
        width,
        HEIGHT,
        fill=box.fill,
        opacity=round(box.opacity, 2),
        stroke=box.stroke,
        dashed=box.dashed,
    )
    if box.words:
        sheet.text(x + width / 2, y + HEIGHT * 0.67, box.words, anchor="middle")


def _draw_dots(
    sheet: Drawing,
    rows: Sequence[int | None],
    tops: Sequence[float],
    columns: Sequence[int | None],
    lefts: Sequence[float],
    width: float,
) -> None:
    """Dots where places are left out: beside each row, below each column."""
    for down, row in enumerate(rows):
        for across, column in enumerate(columns):
            if row is not None and column is not None:
                continue
            x = lefts[across] + (GAP if column is None else width) / 2
            y = tops[down] + (GAP if row is None else HEIGHT) / 2 + 4
            diagonal = row is None and column is None
            sheet.text(x, y, "⋱" if diagonal else "···" if column is None else "⋮", anchor="middle")

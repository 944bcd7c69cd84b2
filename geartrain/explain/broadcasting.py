"""How two shapes are broadcast, by the book's two steps.

    explain.broadcast((64, 3, 32, 10), (32, 10))

prints how the axes line up from the right, which are added, and which are repeated how often.
Where the shapes do not fit, it prints which axis is at fault and what to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geartrain.drawing.cells import Box, Index, Look, side_by_side, table
from geartrain.drawing.facts import short
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
    given,
    is_small,
    numbers_or_places,
)
from geartrain.tensor import Shape, Size, format_shape
from geartrain.tensor.alignment import broadcast_remedy, misfits, pad_ranks

NAMES = ("a", "b")


@dataclass(frozen=True)
class Alignment:
    """Two shapes with axes of size 1 put before the shorter one."""

    given: tuple[Given, Given]
    rows: tuple[Shape, Shape]

    @property
    def rank(self) -> int:
        """The number of axes of both."""
        return len(self.rows[0])

    @property
    def result(self) -> Shape | None:
        """The shape of both together, or None where an axis does not fit."""
        if self.misfits():
            return None
        return tuple(b if a == 1 else a for a, b in zip(*self.rows, strict=True))

    def misfits(self) -> list[int]:
        """The axes that are neither equal nor 1."""
        return misfits(*self.rows)

    def added(self, which: int) -> int:
        """How many axes were put before this shape."""
        return self.rank - self.given[which].rank

    def repeats(self, which: int) -> dict[int, Size]:
        """The axes along which this shape is repeated, and how often."""
        mine, other = self.rows[which], self.rows[1 - which]
        pairs = enumerate(zip(mine, other, strict=True))
        return {axis: size for axis, (own, size) in pairs if own == 1 and size != 1}


def align(a: Given, b: Given) -> Alignment:
    """The first of the two steps."""
    return Alignment((a, b), pad_ranks(a.shape, b.shape))


def broadcast(a: Any, b: Any) -> Explanation:
    """Print how two shapes are broadcast, and return the explanation with its drawing.

    Step 1 puts axes of size 1 before the shorter shape; step 2 repeats axes of size 1 to the size
    of the other. Where an axis is neither equal nor 1, it is shown, with a remedy.

    Args:
        a: a tensor, an array, nested lists or a number; or a shape, as a tuple.
        b: the same.

    >>> print(broadcast((2, 3), (3,)).shape)
    a         (2, 3)
    b         (3,)
    step 1: an axis of size 1 is put before b
      axis    0   1
      a       2   3
      b       1   3
    step 2: b is repeated 2 times along axis 0
      a       2   3
      b       2   3
    result    (2, 3)
    (2, 3)
    """
    alignment = align(given(a), given(b))
    pair = " with ".join(str(each) for each in alignment.given)
    shape = alignment.result
    outcome = f"gives {format_shape(shape)}" if shape is not None else "does not fit"
    summary = f"{pair} {outcome}"
    text = _text(alignment)
    return Explanation(text, _drawing(alignment, f"broadcasting: {summary}"), shape, summary).said()


def _text(alignment: Alignment) -> str:
    a, b = alignment.given
    head = [_line("a", str(a)), _line("b", str(b)), f"step 1: {_first_step(alignment)}"]
    head += ["  " + _line("axis", _columns(alignment, range(alignment.rank)), 8)]
    head += _rows(alignment, alignment.rows)
    shape = alignment.result
    if shape is None:
        return "\n".join([*head, *_misfit_lines(alignment)])
    tail = [f"step 2: {_second_step(alignment)}", *_rows(alignment, (shape, shape))]
    return "\n".join([*head, *tail, _line("result", format_shape(shape))])


def _line(name: str, rest: str, width: int = 10) -> str:
    return f"{name:<{width}}{rest}".rstrip()


def _rows(alignment: Alignment, rows: tuple[Shape, Shape]) -> list[str]:
    return [
        "  " + _line(name, _columns(alignment, row), 8)
        for name, row in zip(NAMES, rows, strict=True)
    ]


def _widths(alignment: Alignment) -> list[int]:
    """Of each column: as wide as the longest size in it."""
    columns = zip(range(alignment.rank), *alignment.rows, strict=True)
    return [max(len(str(each)) for each in column) for column in columns]


def _columns(alignment: Alignment, cells: Any) -> str:
    widths = _widths(alignment)
    return "   ".join(f"{cell!s:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _first_step(alignment: Alignment) -> str:
    for which, name in enumerate(NAMES):
        count = alignment.added(which)
        if count:
            axes = "an axis of size 1 is" if count == 1 else f"{count} axes of size 1 are"
            return f"{axes} put before {name}"
    return "the ranks agree, nothing is added"


def _second_step(alignment: Alignment) -> str:
    parts = []
    for which, name in enumerate(NAMES):
        repeats = alignment.repeats(which).items()
        along = " and ".join(f"{count} times along axis {axis}" for axis, count in repeats)
        parts += [f"{name} is repeated {along}"] if along else []
    return "; ".join(parts) or "the sizes agree, nothing is repeated"


def _misfit_lines(alignment: Alignment) -> list[str]:
    widths, misfits = _widths(alignment), alignment.misfits()
    marks = ["^" * width if axis in misfits else "" for axis, width in enumerate(widths)]
    line = "  " + _line("", _columns(alignment, marks), 8)
    return [line, *_faults(alignment), f"remedy:   {remedy(alignment)}"]


def _faults(alignment: Alignment) -> list[str]:
    pairs = [(axis, *(row[axis] for row in alignment.rows)) for axis in alignment.misfits()]
    return [f"axis {at} does not fit: a has {a}, b has {b}, and neither is 1" for at, a, b in pairs]


def remedy(alignment: Alignment) -> str:
    """A line that makes two shapes fit: new axes, or axes in another order."""
    a, b = (each.shape for each in alignment.given)
    return broadcast_remedy(("a", a), ("b", b))


def _drawing(alignment: Alignment, title: str) -> Drawing:
    parts = [_axes_table(alignment)]
    caption = _caption(alignment)
    parts += [paragraph(caption)] if caption else []
    if alignment.result is not None and is_small(alignment.result):
        parts.append(_repetition(alignment, alignment.result))
    return framed(column_of(parts, title))


def _caption(alignment: Alignment) -> list[str]:
    """What the colours of the axes mean."""
    if alignment.result is None:
        return ["red: " + "; ".join(_faults(alignment)), f"remedy: {remedy(alignment)}"]
    is_added = any(alignment.added(which) for which in (0, 1))
    is_repeated = any(alignment.repeats(which) for which in (0, 1))
    return ["dashed: added in step 1"] * is_added + ["orange: repeated in step 2"] * is_repeated


def _axes_table(alignment: Alignment) -> Drawing:
    """The axes as columns of boxes: added ones dashed, repeated ones orange, misfits red."""
    names = ["", *NAMES, "result"]
    rows = [names, *([str(axis), *_axis_boxes(alignment, axis)] for axis in range(alignment.rank))]

    def look(index: Index) -> Box:
        return _axis_box(alignment, index[0], index[1] - 1, rows[index[1]][index[0]])

    sheet = table((4, alignment.rank + 1), look, "axes", most=alignment.rank + 4)
    return column_of([words("the axes, lined up from the right", bold=True), sheet], "axes", gap=4)


def _axis_boxes(alignment: Alignment, axis: int) -> list[str]:
    a, b = (row[axis] for row in alignment.rows)
    return [str(a), str(b), "?" if axis in alignment.misfits() else str(b if a == 1 else a)]


def _axis_box(alignment: Alignment, row: int, axis: int, text: str) -> Box:
    if axis < 0 or row == 0:
        return Box(text or "axis", stroke="none")
    if axis in alignment.misfits():
        return Box(text, RED, 0.35)
    if row == 3:
        return Box(text, GREEN, 0.25)
    is_repeated = axis in alignment.repeats(row - 1)
    is_added = axis < alignment.added(row - 1)
    return Box(text, ORANGE if is_repeated else BLUE, 0.3 if is_repeated else 0.2, dashed=is_added)


def _repetition(alignment: Alignment, shape: Shape) -> Drawing:
    """Both tensors at the size of the result: their own boxes, and the copies dashed."""
    columns = [
        column_of(
            [words(_repeated_title(alignment, which), bold=True), _copies(alignment, which, shape)],
            name,
            gap=4,
        )
        for which, name in enumerate(NAMES)
    ]
    return row_of(columns, "the repetition", gap=36)


def _repeated_title(alignment: Alignment, which: int) -> str:
    copied = ", copies dashed" if alignment.repeats(which) else ""
    return f"{NAMES[which]} {alignment.given[which]}{copied}"


def _copies(alignment: Alignment, which: int, shape: Shape) -> Drawing:
    return side_by_side(_sizes(shape), _copy_look(alignment, which), NAMES[which], most=8)


def _sizes(shape: Shape) -> list[int]:
    return [size for size in shape if isinstance(size, int)]


def _copy_look(alignment: Alignment, which: int) -> Look:
    numbers = numbers_or_places(alignment.given[which])
    own, repeats = alignment.rows[which], alignment.repeats(which)
    tone = (BLUE, GREEN)[which]
    numbers = numbers.reshape(_sizes(own))

    def look(index: Index) -> Box:
        source = tuple(0 if axis in repeats else at for axis, at in enumerate(index))
        text = short(numbers[source].item())
        return Box(text, GREY, 0.08, dashed=True) if source != index else Box(text, tone, 0.3)

    return look

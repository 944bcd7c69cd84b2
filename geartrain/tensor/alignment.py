"""How shapes line up, drawn for an error message, and what would make them fit.

    x  (64, 3, 32, 10)
    y         (32, 11)
                   ^^

Written once, for every error about shapes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations, permutations

from geartrain.tensor.shape import Shape, format_shape

Named = tuple[str, Shape]


def pad_ranks(first: Shape, second: Shape) -> tuple[Shape, Shape]:
    """The first step of broadcasting: axes of size 1 put before the shorter shape."""
    rank = max(len(first), len(second))
    return (1,) * (rank - len(first)) + first, (1,) * (rank - len(second)) + second


def misfits(first: Shape, second: Shape) -> list[int]:
    """The axes, of both with ranks made equal, that are neither equal nor 1."""
    rows = pad_ranks(first, second)
    pairs = enumerate(zip(*rows, strict=True))
    return [axis for axis, (a, b) in pairs if a != b and 1 not in (a, b)]


def draw_aligned(first: Named, second: Named, axes: Collection[int] | None = None) -> str:
    """Two shapes in columns from the right, with marks under the axes that do not fit.

    `axes` counts from the left of the longer one; None marks those that cannot be broadcast.
    """
    rows = [[str(size) for size in shape] for _, shape in (first, second)]
    rank = max(map(len, rows))
    cells = [[""] * (rank - len(row)) + row for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    wrong = misfits(first[1], second[1]) if axes is None else axes
    marks = ["^" * width if axis in wrong else "" for axis, width in enumerate(widths)]
    names = [first[0], second[0]]
    left = max(map(len, names))
    lines = [f"{name:<{left}}  {_row(row, widths)}" for name, row in zip(names, cells, strict=True)]
    pointer = " " * (left + 3) + "  ".join(
        f"{mark:>{width}}" for mark, width in zip(marks, widths, strict=True)
    )
    return "\n".join([*lines, pointer]).rstrip()


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The sizes of a shape in their columns, in parentheses where the shape begins and ends."""
    first = next((at for at, cell in enumerate(cells) if cell), len(cells))
    text = " "
    for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        before = "(" if at == first else (", " if at > first else "  ")
        text = text[:-1] + before if at == first else text + before
        text += f"{cell:>{width}}"
    return (text + ")") if first < len(cells) else text + "()"


def draw_marked(name: str, shape: Shape, axes: Collection[int]) -> str:
    """One shape, with marks under some of its axes."""
    places = {axis % len(shape) for axis in axes} if shape else set()
    pointer = [("^" if at in places else " ") * len(str(size)) for at, size in enumerate(shape)]
    line = f"{name}  {format_shape(shape)}"
    return f"{line}\n{' ' * (len(name) + 3)}{'  '.join(pointer)}".rstrip()


def broadcast_remedy(first: Named, second: Named) -> str:
    """A line that makes two shapes fit: new axes, or axes in another order."""
    for change in (_with_new_axes, _transposed):
        found = change(*second, first[1]) or change(*first, second[1])
        if found:
            return found
    rows = pad_ranks(first[1], second[1])
    axis = misfits(*rows)[-1]
    names = f"{first[0]}.shape, {second[0]}.shape"
    place = f"axis {axis - len(rows[0])} of {second[0]}"
    return f"print({names}), then make {place} {rows[0][axis]} or 1"


def _fits(first: Shape, second: Shape) -> bool:
    return not misfits(first, second)


def _with_new_axes(name: str, mine: Shape, other: Shape) -> str | None:
    """`y[:, None]`: axes of size 1 put in so that the others find their own sizes."""
    for places in reversed(list(combinations(range(len(other)), len(mine)))):
        if len(mine) < len(other) and all(
            size in (1, other[at]) for size, at in zip(mine, places, strict=True)
        ):
            wanted = [":" if at in places else "None" for at in range(places[0], len(other))]
            return f"{name}[{', '.join(wanted)}]"
    return None


def _transposed(name: str, mine: Shape, other: Shape) -> str | None:
    """`y.T`, or another order of the axes."""
    if not 2 <= len(mine) <= 4:
        return None
    for order in permutations(range(len(mine))):
        if _fits(tuple(mine[axis] for axis in order), other):
            is_reversed = list(order) == sorted(order, reverse=True)
            return f"{name}.T" if is_reversed else f"{name}.transpose{order}"
    return None

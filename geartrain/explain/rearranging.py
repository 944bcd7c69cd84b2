"""Where the elements go when a tensor is reshaped or its axes change places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.drawing.cells import Box, Index, Look, side_by_side
from geartrain.drawing.facts import short
from geartrain.drawing.svg import TONES, Drawing, column_of, framed, row_of, words
from geartrain.errors import explain
from geartrain.explain.explanation import (
    Explanation,
    Given,
    axes_row,
    given,
    is_small,
    numbers_or_places,
)
from geartrain.tensor import Array, Shape, Size, format_shape, normalize_axis
from geartrain.tensor.shape import infer_reshape


def reshape(x: Any, newshape: Sequence[Size] | int) -> Explanation:
    """Print what `ops.reshape` does: the elements keep their order, row by row.

    Args:
        x: a tensor, an array, nested lists; or a shape, as a tuple.
        newshape: the shape to be; one size may be -1.

    >>> print(reshape((3, 2), (2, -1)).shape)
    x         (3, 2)
    reshape   (2, 3): 6 elements before and after, in the same order
      [[0, 1], [2, 3], [4, 5]]
      [[0, 1, 2], [3, 4, 5]]
    (2, 3)
    """
    before = given(x)
    target = (newshape,) if isinstance(newshape, int) else tuple(newshape)
    try:
        shape = infer_reshape(before.shape, target)
    except ValueError as error:
        return _misfit(before, target, str(error))
    count = f"{_count(shape)} elements before and after, in the same order"
    head = [f"x         {before}", f"reshape   {format_shape(shape)}: {count}"]
    summary = f"reshape of {before} gives {format_shape(shape)}"
    if not is_small(before.shape, shape):
        drawing = _axes_only(before.shape, shape, None, summary)
        return Explanation("\n".join(head), drawing, shape, summary).said()
    numbers = numbers_or_places(before)
    places = np.arange(numbers.size)
    after = numbers.reshape(_sizes(shape)), places.reshape(_sizes(shape))
    return _explained(head, (numbers, places.reshape(numbers.shape)), after, shape, summary)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Explanation:
    """Print what `ops.transpose` does: axes change places, and elements go with them.

    Args:
        x: a tensor, an array, nested lists; or a shape, as a tuple.
        axes: which axis of x comes first, second, ...; None: all of them backwards.

    >>> print(transpose((2, 3)).shape)
    x         (2, 3)
    transpose (3, 2): axes (1, 0) of x, so y[i, j] = x[j, i]
      [[0, 1, 2], [3, 4, 5]]
      [[0, 3], [1, 4], [2, 5]]
    (3, 2)
    """
    before = given(x)
    order = [
        normalize_axis(axis, before.rank)
        for axis in (reversed(range(before.rank)) if axes is None else axes)
    ]
    if sorted(order) != list(range(before.rank)):
        raise ValueError(_order_message(before, tuple(order)))
    shape = tuple(before.shape[axis] for axis in order)
    head = [f"x         {before}", f"transpose {format_shape(shape)}: {_order_text(order)}"]
    summary = f"transpose of {before} gives {format_shape(shape)}"
    if not is_small(before.shape):
        drawing = _axes_only(before.shape, shape, order, summary)
        return Explanation("\n".join(head), drawing, shape, summary).said()
    numbers = numbers_or_places(before)
    places = np.arange(numbers.size).reshape(numbers.shape)
    after = numbers.transpose(order), places.transpose(order)
    return _explained(head, (numbers, places), after, shape, summary)


def _order_text(order: list[int]) -> str:
    names = [chr(ord("i") + at) for at in range(len(order))]
    sources = [names[order.index(axis)] for axis in range(len(order))]
    return f"axes {tuple(order)} of x, so y[{', '.join(names)}] = x[{', '.join(sources)}]"


def _count(shape: Shape) -> str:
    symbols = [str(size) for size in shape if not isinstance(size, int)]
    return " * ".join([*symbols, f"{np.prod(_sizes(shape), dtype=int):,}"])


def _sizes(shape: Shape) -> list[int]:
    return [size for size in shape if isinstance(size, int)]


def _explained(
    head: list[str],
    before: tuple[Array, Array],
    after: tuple[Array, Array],
    shape: Shape,
    summary: str,
) -> Explanation:
    """Numbers and places before and after, as text and as boxes coloured by where they were."""
    rows = [f"  {numbers.tolist()}" for numbers, _ in (before, after)]
    width = before[0].shape[-1] if before[0].ndim else 1
    boxes = [
        column_of(
            [words(f"{name} {format_shape(numbers.shape)}", bold=True), _boxed(numbers, at, width)],
            name,
            gap=4,
        )
        for name, (numbers, at) in (("before", before), ("after", after))
    ]
    drawing = framed(row_of(boxes, summary, gap=40))
    return Explanation("\n".join(head + rows), drawing, shape, summary).said()


def _boxed(numbers: Array, places: Array, width: int) -> Drawing:
    return side_by_side(numbers.shape, _look(numbers, places, width), "boxes", most=8)


def _look(numbers: Array, places: Array, width: int) -> Look:
    """Elements that were in one row before have one colour, deeper from left to right."""

    def look(index: Index) -> Box:
        row, column = divmod(int(places[index]), width)
        opacity = 0.15 + 0.4 * column / max(width - 1, 1)
        return Box(short(numbers[index].item()), TONES[row % len(TONES)], opacity)

    return look


def _axes_only(before: Shape, after: Shape, order: list[int] | None, title: str) -> Drawing:
    """Shapes that are too large for boxes; an axis that changes its place keeps its colour."""
    tones = [TONES[at % len(TONES)] for at in range(len(before))]
    above = tones if order is not None else ["none"] * len(before)
    below = [tones[axis] for axis in order] if order is not None else ["none"] * len(after)
    boxes = [
        axes_row([Box(str(size), tone, 0.3) for size, tone in zip(shape, row, strict=True)])
        for shape, row in ((before, above), (after, below))
    ]
    rows = [words("before", bold=True), boxes[0], words("after", bold=True), boxes[1]]
    return framed(column_of([words(title), *rows], title, gap=4))


def _misfit(before: Given, target: tuple[Size, ...], message: str) -> Explanation:
    summary = f"{before} cannot be reshaped to {format_shape(target)}"
    drawing = _axes_only(before.shape, target, None, summary)
    return Explanation(message, drawing, None, summary).said()


def _order_message(before: Given, order: tuple[int, ...]) -> str:
    return explain(
        "transpose needs every axis once",
        given=f"axes={order} for a tensor of shape {before}",
        expected=f"an order of the axes {tuple(range(before.rank))}",
        remedy=f"axes={tuple(reversed(range(before.rank)))}",
    )

"""What operations do to points of the plane.

explain.vector_addition((2, 1), (1, 2))
explain.affine_transform([[0, -1], [1, 0]], offset=(1, 0))     # turn, then shift
explain.relu_folding([[1, -1], [1, 1]])                        # what relu makes of the plane
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.drawing.facts import short
from geartrain.drawing.svg import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    TONES,
    Drawing,
    Point,
    column_of,
    framed,
    row_of,
    words,
)
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor, Variable, format_shape

SIDE = 240.0
STEPS = 4  # grid lines on either side of an axis
FINE = 8  # points on each stretch of a line between two of the grid, so that a fold is sharp


class Plane:
    """A square of the plane, its middle at the origin: points go from numbers to pixels."""

    def __init__(self, reach: float, title: str) -> None:
        self.reach = reach
        self.sheet = Drawing(SIDE, SIDE, title)
        self._grid()

    def at(self, point: Sequence[float] | Array) -> Point:
        """Where a point is on the sheet."""
        half = SIDE / 2
        x, y = (float(each) / self.reach * (half - 6) for each in point)
        return half + x, half - y

    def arrow(self, start: Any, end: Any, tone: str, *, dashed: bool = False) -> None:
        """A vector from one point to another."""
        self.sheet.arrow(self.at(start), self.at(end), stroke=tone, width=2.5, dashed=dashed)

    def name(self, point: Any, text: str, tone: str) -> None:
        """A name beyond a point, seen from the middle of the plane."""
        x, y = self.at(point)
        far = math.hypot(x - SIDE / 2, y - SIDE / 2) or 1.0
        right, down = (x - SIDE / 2) / far, (y - SIDE / 2) / far
        anchor = "middle" if abs(right) < 0.4 else "start" if right > 0 else "end"
        self.sheet.text(x + 8 * right, y + 12 * down + 4, text, anchor=anchor, bold=True, fill=tone)

    def _grid(self) -> None:
        """A line for every whole number (or every few), and the two axes."""
        step = max(1, math.ceil(self.reach / 8))
        for place in range(-int(self.reach), int(self.reach) + 1):
            if place % step:
                continue
            opacity = 0.6 if place == 0 else 0.12
            for ends in (
                ((place, -self.reach), (place, self.reach)),
                ((-self.reach, place), (self.reach, place)),
            ):
                self.sheet.line([self.at(end) for end in ends], opacity=opacity)


def vector_addition(a: Any, b: Any) -> Drawing:
    """Draw two vectors of the plane and their sum: b is put where a ends.

    Raises:
        ValueError: they are not two numbers each.
    """
    first, second = (_numbers(each, (2,), "vector_addition") for each in (a, b))
    total = first + second
    reach = 1.25 * _reach([first, second, total])  # room for the names
    title = f"{_vector(first)} + {_vector(second)} = {_vector(total)}"
    plane = Plane(reach, title)
    plane.arrow((0, 0), first, BLUE)
    plane.arrow((0, 0), second, ORANGE)
    plane.arrow(first, total, ORANGE, dashed=True)
    plane.arrow(second, total, BLUE, dashed=True)
    plane.arrow((0, 0), total, GREEN)
    for point, name, tone in ((first, "a", BLUE), (second, "b", ORANGE), (total, "a + b", GREEN)):
        plane.name(point, name, tone)
    return framed(column_of([words(title, bold=True), plane.sheet], title, gap=6))


def affine_transform(matrix: Any, offset: Any = (0.0, 0.0)) -> Drawing:
    """Draw the plane before and after `matrix @ point + offset`.

    A rotation, a scaling or a shear is a matrix; a translation is an offset.

    Raises:
        ValueError: the matrix is not 2 x 2, or the offset is not two numbers.
    """
    linear, shift = _numbers(matrix, (2, 2), "affine_transform"), _numbers(offset, (2,), "offset")
    stages = [("before", np.eye(2), np.zeros(2), False), (_formula(), linear, shift, False)]
    return _stages(stages, f"affine transform: {_matrix(linear)}, offset {_vector(shift)}")


def relu_folding(matrix: Any, offset: Any = (0.0, 0.0)) -> Drawing:
    """Draw what a layer with relu makes of the plane: `relu(matrix @ point + offset)`.

    What was left of an axis or below it is folded onto the axis.

    Raises:
        ValueError: the matrix is not 2 x 2, or the offset is not two numbers.
    """
    linear, shift = _numbers(matrix, (2, 2), "relu_folding"), _numbers(offset, (2,), "offset")
    stages = [
        ("before", np.eye(2), np.zeros(2), False),
        (_formula(), linear, shift, False),
        (f"relu({_formula()})", linear, shift, True),
    ]
    return _stages(stages, f"relu folds the plane: {_matrix(linear)}, offset {_vector(shift)}")


def _formula() -> str:
    return "matrix · x + offset"


def _stages(stages: list[tuple[str, Array, Array, bool]], title: str) -> Drawing:
    """The same points after each step, all on one scale."""
    corners = np.array([(x, y) for x in (-1, 1) for y in (-1, 1)], float)
    reach = _reach([linear @ each + shift for _, linear, shift, _ in stages for each in corners])
    planes = []
    for name, linear, shift, folded in stages:
        plane = Plane(reach, name)
        _draw_lattice(plane, linear, shift, folded)
        planes.append(column_of([words(name), plane.sheet], name, gap=4))
    return framed(column_of([words(title, bold=True), row_of(planes, title)], title, gap=8))


def _draw_lattice(plane: Plane, linear: Array, shift: Array, folded: bool) -> None:
    """Lines and points of the square from -1 to 1, moved; and where (1, 0) and (0, 1) went."""

    def moved(x: float, y: float) -> Array:
        point: Array = linear @ np.array([x, y]) + shift
        return np.maximum(point, 0) if folded else point

    fine = np.linspace(-1, 1, 2 * STEPS * FINE + 1 if folded else 2)
    marks = np.linspace(-1, 1, 2 * STEPS + 1)
    for place in marks:
        for line in ([moved(place, y) for y in fine], [moved(x, place) for x in fine]):
            plane.sheet.line([plane.at(point) for point in line], stroke=GREY, opacity=0.6)
    for x in marks:
        for y in marks:
            left, top = plane.at(moved(x, y))
            plane.sheet.circle(left, top, 2.6, fill=TONES[2 * int(x > 0) + int(y > 0)])
    if not folded:
        plane.arrow(moved(0, 0), moved(1, 0), BLUE)
        plane.arrow(moved(0, 0), moved(0, 1), ORANGE)


def _reach(points: Sequence[Array]) -> float:
    """As far as the farthest point, and a little more."""
    farthest = max((float(np.abs(point).max()) for point in points), default=1.0)
    return max(farthest, 1e-3) * 1.15


def _numbers(value: Any, shape: tuple[int, ...], name: str) -> Array:
    array = value.numpy() if isinstance(value, Tensor | Variable) else np.asarray(value)
    numbers = np.asarray(array, np.float64)
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise ValueError(_plane_message(numbers, shape, name))
    return numbers


def _plane_message(numbers: Array, shape: tuple[int, ...], name: str) -> str:
    return explain(
        f"{name} is drawn in the plane",
        given=f"numbers of shape {format_shape(numbers.shape)}",
        expected=f"finite numbers of shape {format_shape(shape)}",
        remedy="(2, 1)" if shape == (2,) else "[[0, -1], [1, 0]]",
    )


def _vector(point: Array) -> str:
    return f"({', '.join(short(each) for each in point)})"


def _matrix(numbers: Array) -> str:
    return f"[{', '.join(_vector(row).replace('(', '[').replace(')', ']') for row in numbers)}]"


__all__ = ["affine_transform", "relu_folding", "vector_addition"]

"""Whether arrays fit a kernel: its asserts, its indices and what its loops fill.

All of it follows from shapes alone. It is checked before a kernel runs, as machine code reads
what lies beside an array without a word.
"""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.kernels.form import Assertion, Cover, Form, LoopProgram, Reach
from geartrain.kernels.sizes import ARITHMETIC, Shapes, is_index, known, size_of, turns_of
from geartrain.tensor import Shape, Size, format_shape

MOST_PLACES = 1 << 22  # at which an index that tests keep in its array is tried


class AssertFailed(ValueError, AssertionError):
    """A kernel's assert does not hold: what Python raises of it, and what a bad shape raises."""


@dataclass(frozen=True)
class _Shaped:
    """What an assert sees of an array."""

    shape: Shape

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def __len__(self) -> int:
        return known(self.shape[0], "len")


def check_fit(program: LoopProgram, arguments: Shapes) -> None:
    """Check the shapes that a program is called with.

    Raises:
        ValueError: an assert does not hold, a rank is wrong, or loops fill a part of an array.
        IndexError: an index leaves its array.
    """
    for assertion in program.assertions:
        _check_assertion(program, assertion, arguments)
    for name, rank in program.ranks.items():
        if len(arguments[name]) != rank:
            raise ValueError(_rank_message(program, name, rank, arguments[name]))
    for cover in program.covers:
        _check_cover(program, cover, arguments)
    for reach in program.reaches:
        _check_reach(program, reach, arguments)
    shapes = dict(arguments)
    for form in program.checked:
        sizes = {name: turns_of(size, arguments) for name, size in (*form.outer, *form.inner)}
        shapes[form.name] = tuple(sizes[name] for name, _ in form.outer)
        if all(size != 0 for size in sizes.values()):
            _check_indices(program, form, sizes, shapes)
            _check_divisions(program, form, sizes, shapes)


def _check_assertion(program: LoopProgram, assertion: Assertion, arguments: Shapes) -> None:
    names = {
        **assertion.others,
        **{name: size_of(size, arguments) for name, size in assertion.sizes.items()},
        **{name: _Shaped(view.shape(arguments)) for name, view in assertion.views.items()},
    }
    try:
        holds = eval(assertion.test, names)  # noqa: S307  (the user's own assert)
    except IndexError:  # an axis that is not there
        holds = False
    if not holds:
        raise AssertFailed(_assert_message(program, assertion, arguments))


def _check_cover(program: LoopProgram, cover: Cover, arguments: Shapes) -> None:
    made, turns = size_of(cover.made, arguments), size_of(cover.loop[1], arguments)
    if made != turns or (isinstance(made, int) and made < 0):
        raise ValueError(_cover_message(program, cover, made, turns))


def _check_reach(program: LoopProgram, reach: Reach, arguments: Shapes) -> None:
    low, high, made = (
        known(size_of(text, arguments), text) for text in (reach.low, reach.high, reach.made)
    )
    if low < high and (low < 0 or high > made):
        raise IndexError(_reach_message(program, reach, (low, high - 1), made))


def _check_indices(
    program: LoopProgram, form: Form, sizes: Mapping[str, Size], shapes: Shapes
) -> None:
    for load, tests in form.loads():
        array = load.value.id  # type: ignore[attr-defined]
        places = load.slice.elts if isinstance(load.slice, ast.Tuple) else [load.slice]
        for axis, place in enumerate(places):
            length = shapes[array][axis]
            if isinstance(place, ast.Name) and sizes[place.id] == length:
                continue
            low, high = _range(place, sizes, shapes)
            if low >= 0 and isinstance(length, int) and high < length:
                continue
            moved = not isinstance(place, ast.Name | ast.Constant)
            if not (moved and tests and _is_kept(place, tests, length, sizes, shapes)):
                raise IndexError(_index_message(program, load, axis, (low, high), length))


def _is_kept(
    place: ast.expr,
    tests: Sequence[ast.expr],
    length: Size,
    sizes: Mapping[str, Size],
    shapes: Shapes,
) -> bool:
    """Whether tests on loop variables keep an index within its array: every place is tried."""
    known_tests = [each for each in tests if _is_about_places(each)]
    names = {name for root in (place, *known_tests) for name in _letters(root, sizes)}
    counts = [known(sizes[name], name) for name in sorted(names)]
    if not isinstance(length, int) or math.prod(counts) > MOST_PLACES:
        return False
    grid = dict(zip(sorted(names), np.indices(counts).reshape(len(counts), -1), strict=True))
    reached = np.ones(math.prod(counts), bool)
    for test in known_tests:
        reached &= _tried(test, grid, shapes)
    index = np.broadcast_to(_tried(place, grid, shapes), reached.shape)[reached]
    return not index.size or (int(index.min()) >= 0 and int(index.max()) < length)


def _letters(root: ast.expr, sizes: Mapping[str, Size]) -> list[str]:
    names = (node.id for node in ast.walk(root) if isinstance(node, ast.Name))
    return [name for name in names if name in sizes]


def _is_about_places(test: ast.expr) -> bool:
    """Whether a test compares loop variables, sizes and numbers, and nothing else."""
    if isinstance(test, ast.BoolOp):
        return all(map(_is_about_places, test.values))
    if isinstance(test, ast.UnaryOp):
        return _is_about_places(test.operand)
    return isinstance(test, ast.Compare) and is_index(test.left) and is_index(test.comparators[0])


def _tried(node: ast.expr, grid: Mapping[str, Any], shapes: Shapes) -> Any:
    """The values of a test or an index at many places."""
    whole = _Tried(shapes).visit(copy.deepcopy(node))
    text = ast.unparse(ast.fix_missing_locations(whole))
    return eval(text, {"__builtins__": {}}, dict(grid))  # noqa: S307  (comparisons and sums)


class _Tried(ast.NodeTransformer):
    """Writes a test for arrays: `a and b` is `a & b`, a size is its number."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        text = ast.unparse(node)
        return ast.Constant(known(size_of(text, self.shapes), text))

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        sides = [self.visit(each) for each in node.values]
        operator = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        whole: ast.expr = reduce(lambda first, then: ast.BinOp(first, operator, then), sides)
        return whole

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return ast.Compare(operand, [ast.Eq()], [ast.Constant(False)])
        return ast.UnaryOp(node.op, operand)


def _check_divisions(
    program: LoopProgram, form: Form, sizes: Mapping[str, Size], shapes: Shapes
) -> None:
    """Indices are divided as machine code does it: nothing below zero, by one at least."""
    for node in ast.walk(form.body):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv | ast.Mod):
            dividend, divisor = (_range(each, sizes, shapes) for each in (node.left, node.right))
            if dividend[0] < 0 or divisor[0] < 1:
                raise ValueError(_division_message(program, node))


def _range(place: ast.expr, sizes: Mapping[str, Size], shapes: Shapes) -> tuple[int, int]:
    """The smallest and the largest number that an index can be."""
    if isinstance(place, ast.Name):
        return 0, known(sizes[place.id], f"the range of {place.id}") - 1
    if isinstance(place, ast.UnaryOp):
        low, high = _range(place.operand, sizes, shapes)
        return -high, -low
    if isinstance(place, ast.BinOp):
        first, second = (_range(each, sizes, shapes) for each in (place.left, place.right))
        return _range_of_operation(place.op, first, second)
    text = ast.unparse(place)
    number = known(size_of(text, shapes), text)
    return number, number


def _range_of_operation(
    operator: ast.operator, first: tuple[int, int], second: tuple[int, int]
) -> tuple[int, int]:
    if isinstance(operator, ast.Mod):
        return 0, max(min(second[1] - 1, first[1]), 0)
    if isinstance(operator, ast.FloorDiv) and second[0] < 1:
        return 0, 0  # it is refused
    _, operation = ARITHMETIC[type(operator)]
    ends = [operation(a, b) for a in first for b in second]
    return min(ends), max(ends)


def _given(program: LoopProgram, arguments: Shapes) -> str:
    shapes = (f"{name} of shape {format_shape(arguments[name])}" for name in program.arguments)
    return ", ".join(shapes)


def _assert_message(program: LoopProgram, assertion: Assertion, arguments: Shapes) -> str:
    return explain(
        f"Kernel {program.name} cannot take these arrays",
        given=_given(program, arguments),
        expected=f"{assertion.text} ({assertion.where})",
        remedy="arrays of the shapes that the assert asks for",
    )


def _rank_message(program: LoopProgram, name: str, rank: int, shape: Shape) -> str:
    loops = f"loops over its elements: for i in range({name}.shape[0]): ... {name}[i]"
    return explain(
        f"Kernel {program.name} cannot take this array",
        given=f"{name} of shape {format_shape(shape)}",
        expected=f"an array of rank {rank}, as the kernel's indices have it",
        axis=f"rank {len(shape)} against {rank}",
        remedy=f"{name}.reshape(...), to rank {rank}" if rank else loops,
    )


def _cover_message(program: LoopProgram, cover: Cover, made: Size, turns: Size) -> str:
    return explain(
        f"Kernel {program.name} fills an array in part, or beyond its end",
        given=f"{cover.array} with {made} places on axis {cover.axis} ({cover.made}), "
        f"filled by {turns} turns of the loop over {cover.loop[0]} ({cover.loop[1]})",
        expected=f"a loop over all places ({cover.where})",
        axis=f"axis {cover.axis} of {cover.array}: {made} against {turns}",
        remedy=f"for {cover.loop[0]} in range({cover.made}):",
    )


def _reach_message(program: LoopProgram, reach: Reach, numbers: tuple[int, int], made: int) -> str:
    return explain(
        f"Kernel {program.name} fills places that are not there",
        given=f"{reach.array} with {made} places on axis {reach.axis} ({reach.made}), "
        f"filled from {numbers[0]} to {numbers[1]} by {reach.text} ({reach.where})",
        expected=f"places from 0 to {made - 1}",
        axis=f"axis {reach.axis} of {reach.array}: {made} places",
        remedy=f"range(..., {reach.made}), or an array with more places",
    )


def _division_message(program: LoopProgram, node: ast.BinOp) -> str:
    return explain(
        f"Kernel {program.name} divides an index in a way that machine code does not",
        given=f"{ast.unparse(node)}, which may be below zero or divided by zero",
        expected="a dividend of at least 0, and a divisor of at least 1",
        remedy=f"{ast.unparse(node.right)} added to the dividend",
    )


def _index_message(
    program: LoopProgram, load: ast.Subscript, axis: int, reach: tuple[int, int], length: Size
) -> str:
    array = ast.unparse(load.value)
    low, high = reach
    return explain(
        f"Kernel {program.name} reads beside an array",
        given=f"{ast.unparse(load)}, whose index on axis {axis} goes from {low} to {high}",
        expected=f"indices from 0 up to the {length} places of {array} on axis {axis}",
        axis=f"axis {axis} of {array}: {length} places",
        remedy=f"a loop over range({array}.shape[{axis}]), or an assert on the shapes",
    )

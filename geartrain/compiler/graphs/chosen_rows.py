"""Products with ones and zeros that choose rows: the rows are read, and nothing is multiplied.

    %1 = equal (numbers as rows) %iota                 %1 = take %w numbers
    %2 = cast[float32] %1                       ->
    %3 = contract "nk,kj->nj" %2 %w

What `one_hot` makes is as wide as there are words: 30,000 numbers for each word of a text, of which
one is 1. Its product with a kernel is a row of the kernel, and the kernel's derivative is the sum
of cotangents by their words. Both are what an embedding does. The same holds for rows taken from a
unit matrix (`eye`), and for what only turns or divides the axes of such numbers.

Other than the product, a row does not see an infinity or NaN in those beside it, and the sums of a
derivative are in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from geartrain.graph import Node
from geartrain.graph.totals import is_made_by
from geartrain.tensor import Size
from geartrain.tensor.dtypes import BOOL, INT32

Make = Callable[..., Node]
FEWEST = 64  # classes: fewer are multiplied as quickly


class Choice(NamedTuple):
    """Ones and zeros of which one place along an axis is 1."""

    places: Node  # which one, for all other axes
    axis: int
    sure: bool  # whether each place lies on the axis; else there may be none


class Operand(NamedTuple):
    """A factor of a contraction, and its letters."""

    node: Node
    letters: str

    def without(self, letters: str) -> str:
        """Its other letters."""
        return "".join(each for each in self.letters if each not in letters)


def of_chosen_rows(node: Node, make: Make) -> Node | None:
    """A contraction with ones and zeros that choose, as the rows or sums that it gives."""
    if "sums" in node.parameters:
        return None
    names = node.parameters["lhs"], node.parameters["rhs"]
    operands = [Operand(each, letters) for each, letters in zip(node.inputs, names, strict=True)]
    for ones, rows in (operands, operands[::-1]):
        found = _choice(ones.node, make)
        if found is None or not _is_wide(ones.node.shape[found.axis]):
            continue
        letter = ones.letters[found.axis]
        for way in (_taken, _summed):
            made = way(node, found, letter, Operand(found.places, ones.without(letter)), rows, make)
            if made is not None:
                return made
    return None


def _is_wide(size: Size) -> bool:
    return isinstance(size, int) and size >= FEWEST


def _taken(
    node: Node, found: Choice, letter: str, places: Operand, rows: Operand, make: Make
) -> Node | None:
    """The product itself: the rows that are chosen."""
    out = node.parameters["out"]
    kept = places.letters + rows.without(letter)
    if letter in out or letter not in rows.letters or sorted(kept) != sorted(out):
        return None
    axis = rows.letters.index(letter)
    inside, mask = _inside(node, found, rows.node.shape[axis], make)
    taken = make(node, "take", rows.node, inside, axis=axis)
    letters = rows.letters.replace(letter, places.letters)
    masked = _masked(node, Operand(taken, letters), mask, places.letters, make)
    return _ordered(node, Operand(masked, letters), out, make)


def _summed(
    node: Node, found: Choice, letter: str, places: Operand, rows: Operand, make: Make
) -> Node | None:
    """The derivative: sums of the rows that chose the same."""
    out = node.parameters["out"]
    rest = rows.without(places.letters)
    if letter in rows.letters or sorted(letter + rest) != sorted(out):
        return None
    if not set(places.letters) <= set(rows.letters):
        return None
    size = dict(zip(out, node.shape, strict=True))[letter]
    inside, mask = _inside(node, found, size, make)
    first = Operand(_ordered(node, rows, places.letters + rest, make), places.letters + rest)
    updates = _masked(node, first, mask, places.letters, make)
    sums = make(node, "scatter_rows", updates, inside, size=size)
    return _ordered(node, Operand(sums, letter + rest), out, make)


def _ordered(node: Node, given: Operand, letters: str, make: Make) -> Node:
    perm = tuple(given.letters.index(each) for each in letters)
    return make(node, "transpose", given.node, perm=perm)


def _inside(node: Node, found: Choice, size: Size, make: Make) -> tuple[Node, Node | None]:
    """Places that lie on the axis, and where they did so before (None: everywhere)."""
    places = found.places
    if found.sure:
        return places, None

    def filled(value: int) -> Node:
        return make(node, "fill", shape=places.shape, value=value, dtype=places.dtype)

    last = int(str(size)) - 1
    inside = make(node, "minimum", make(node, "maximum", places, filled(0)), filled(last))
    return inside, make(node, "equal", inside, places)


def _masked(node: Node, given: Operand, mask: Node | None, letters: str, make: Make) -> Node:
    """Zeros where no row is chosen."""
    if mask is None:
        return given.node
    shape = given.node.shape
    beside = [
        size if each in letters else 1 for each, size in zip(given.letters, shape, strict=True)
    ]
    wide = make(node, "broadcast_to", make(node, "reshape", mask, shape=tuple(beside)), shape=shape)
    zeros = make(node, "fill", shape=shape, value=0, dtype=given.node.dtype)
    return make(node, "select", wide, given.node, zeros)


def _choice(node: Node, make: Make) -> Choice | None:
    """How a node chooses, if it is ones and zeros that do."""
    if is_made_by(node, "cast"):
        return _choice(node.inputs[0], make)
    if is_made_by(node, "equal") and node.dtype == BOOL:
        return _by_number(node, make)
    if is_made_by(node, "reshape"):
        return _reshaped(node, make)
    if is_made_by(node, "transpose"):
        return _transposed(node, make)
    return _of_unit_rows(node, make) if is_made_by(node, "take") else None


def _by_number(node: Node, make: Make) -> Choice | None:
    """`one_hot`: numbers, repeated along the axis along which they are compared."""
    for numbers, places in (node.inputs, node.inputs[::-1]):
        if not is_made_by(places, "iota") or places.dtype.kind not in "iu":
            continue
        axis = places.parameters["axis"]
        source = numbers.inputs[0] if is_made_by(numbers, "broadcast_to") else None
        shape = _without(node.shape, axis)
        if source is not None and _is_repeated(source, numbers, axis):
            kept = _without(_with_ones(source.shape, len(node.shape)), axis)
            plain = make(node, "reshape", source, shape=kept)
            return Choice(make(node, "broadcast_to", plain, shape=shape), axis, sure=False)
    return None


def _is_repeated(source: Node, wide: Node, axis: int) -> bool:
    return bool(_with_ones(source.shape, len(wide.shape))[axis] == 1 and wide.shape[axis] != 1)


def _with_ones(shape: Sequence[Size], rank: int) -> tuple[Size, ...]:
    return (*(1,) * (rank - len(shape)), *shape)


def _without(shape: Sequence[Size], axis: int) -> tuple[Size, ...]:
    return (*shape[:axis], *shape[axis + 1 :])


def _of_unit_rows(node: Node, make: Make) -> Choice | None:
    """Rows that are taken from a unit matrix."""
    unit, places = node.inputs
    if node.parameters["axis"] != 0 or not _is_unit(unit):
        return None
    if places.dtype != INT32 and places.dtype.itemsize < np.dtype(INT32).itemsize:
        places = make(node, "cast", places, dtype=INT32)
    return Choice(places, len(places.shape), sure=True)


def _is_unit(node: Node) -> bool:
    """Whether a node is a square matrix with ones on its diagonal, and zeros beside."""
    if is_made_by(node, "cast"):
        return _is_unit(node.inputs[0])
    return (
        is_made_by(node, "equal")
        and len(node.shape) == 2
        and node.shape[0] == node.shape[1]
        and all(is_made_by(each, "iota") for each in node.inputs)
        and {each.parameters["axis"] for each in node.inputs} == {0, 1}
    )


def _reshaped(node: Node, make: Make) -> Choice | None:
    """The axes before the last one divided, or as one."""
    found = _choice(node.inputs[0], make)
    if found is None or found.axis != len(node.inputs[0].shape) - 1:
        return None
    if not node.shape or node.shape[-1] != node.inputs[0].shape[-1]:
        return None
    places = make(node, "reshape", found.places, shape=node.shape[:-1])
    return Choice(places, len(node.shape) - 1, found.sure)


def _transposed(node: Node, make: Make) -> Choice | None:
    """Axes in another order."""
    found = _choice(node.inputs[0], make)
    if found is None:
        return None
    perm: tuple[int, ...] = node.parameters["perm"]
    others = [each for each in perm if each != found.axis]
    order = tuple(each - (each > found.axis) for each in others)
    places = make(node, "transpose", found.places, perm=order)
    return Choice(places, perm.index(found.axis), found.sure)

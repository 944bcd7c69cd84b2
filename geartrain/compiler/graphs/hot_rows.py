"""Products with rows of zeros and a single one: the one says which row of a matrix is meant.

    h = cast(equal(i, iota))                    h = one_hot(i, 20000), say
    y = contract h w   (over the one)     ->    y = gather w i
    d = contract h g   (over the rows)    ->    d = scatter_add 0 g i

A number that names no place has a row of zeros, as before. The product costs as many operations
as there are places, for each element of what is read or added; so this is for many places. What
it gives is the same but for the order in which `d` is summed, and for a matrix that is not finite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from geartrain.graph import Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import DType, Size

Make = Callable[..., Node]
MANY = 64  # places: with fewer the product is quick


class Hot(NamedTuple):
    """Rows with a single one: the numbers that say where, along which axis, of how many places."""

    numbers: Node
    axis: int
    places: int


def by_numbers(node: Node, make: Make) -> Node | None:
    """A product with such rows, without it."""
    for first, second in ((0, 1), (1, 0)):
        hot = _hot(node.inputs[first], make)
        if hot is not None:
            labels = [node.parameters[each] for each in ("lhs", "rhs")]
            found = _without(node, hot, labels[first], node.inputs[second], labels[second], make)
            if found is not None:
                return found
    return None


def _hot(node: Node, make: Make) -> Hot | None:
    """What rows with a single one were made of, if these are such."""
    if not _is(node, "cast") or not _is(node.inputs[0], "equal"):
        return None
    sides = node.inputs[0].inputs
    for counted, given in (sides, sides[::-1]):
        if not _is(counted, "iota") or not _is(given, "broadcast_to"):
            continue
        axis = counted.parameters["axis"]
        shape, places, source = counted.shape, counted.shape[axis], given.inputs[0]
        one = (*shape[:axis], 1, *shape[axis + 1 :])
        if source.shape == one and isinstance(places, int) and places >= MANY:
            numbers = make(node, "reshape", source, shape=(*shape[:axis], *shape[axis + 1 :]))
            return Hot(numbers, axis, places) if numbers.dtype.kind in "iu" else None
    return None


def _without(node: Node, hot: Hot, own: str, other: Node, labels: str, make: Make) -> Node | None:
    """The product as rows that are read, or as rows that are added."""
    out: str = node.parameters["out"]
    place, rows = own[hot.axis], own[: hot.axis] + own[hot.axis + 1 :]
    rest = "".join(each for each in labels if each not in own)
    if not rows or not set(rest) <= set(out) or other.dtype != node.dtype:
        return None
    if set(labels) == {place, *rest} and set(out) == {*rows, *rest}:
        matrix = _turned(make, node, other, labels, place + rest)
        read = make(node, "gather", matrix, _within(make, node, hot))
        return _turned(make, node, _masked(make, node, hot, read), rows + rest, out)
    if set(labels) == {*rows, *rest} and set(out) == {place, *rest}:
        added = _masked(make, node, hot, _turned(make, node, other, labels, rows + rest))
        shape = (hot.places, *added.shape[len(rows) :])
        zeros = make(node, "fill", shape=shape, value=0.0, dtype=node.dtype)
        found = make(node, "scatter_add", zeros, added, _within(make, node, hot))
        return _turned(make, node, found, place + rest, out)
    return None


def _turned(make: Make, node: Node, x: Node, labels: str, wanted: str) -> Node:
    """A tensor with its axes in another order."""
    if labels == wanted:
        return x
    return make(node, "transpose", x, perm=tuple(labels.index(each) for each in wanted))


def _within(make: Make, node: Node, hot: Hot) -> Node:
    """The numbers; those that name no place name the first or the last."""
    last = _number(make, node, hot, hot.places - 1)
    least = make(node, "minimum", hot.numbers, last)
    return make(node, "maximum", least, _number(make, node, hot, 0))


def _masked(make: Make, node: Node, hot: Hot, rows: Node) -> Node:
    """Rows; zeros for numbers that name no place."""
    below = make(node, "less", hot.numbers, _number(make, node, hot, hot.places))
    above = make(node, "greater_equal", hot.numbers, _number(make, node, hot, 0))
    both = make(node, "logical_and", below, above)
    behind: Sequence[Size] = [1] * (len(rows.shape) - len(both.shape))
    wide = make(node, "reshape", both, shape=(*both.shape, *behind)) if behind else both
    zeros = make(node, "fill", shape=rows.shape, value=0.0, dtype=rows.dtype)
    return make(node, "select", make(node, "broadcast_to", wide, shape=rows.shape), rows, zeros)


def _number(make: Make, node: Node, hot: Hot, number: int) -> Node:
    dtype: DType = hot.numbers.dtype
    one = Node(Role.CONSTANT, Spec((), dtype), constant=np.asarray(number, dtype))
    return make(node, "broadcast_to", one, shape=hot.numbers.shape)


def _is(node: Node, name: str) -> bool:
    return node.primitive is not None and node.primitive.name == name

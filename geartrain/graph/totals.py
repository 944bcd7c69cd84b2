"""Sums over the turns of a loop that one operation after the loop can take.

dw = sum over t of h[t]^T dz[t]        ->    contract "Tbi,Tbj->ij"   of stacked h and dz
db = sum over t of sum(dz[t], 0)       ->    sum over (T, b)          of stacked dz
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import primitives
from geartrain.graph.graph import Node
from geartrain.primitives.primitive import bind
from geartrain.tensor import Dim, Size, Tensor

LINEAR = frozenset(["add", "cast", "embed", "negative", "reshape", "slice", "transpose"])


@dataclass(frozen=True, eq=False)
class Total:
    """The sum over the turns of a node of the body.

    `parts` are the totals that it is made of; a leaf has none, and is a contraction or a sum of
    values of the turn.
    """

    node: Node
    parts: tuple[Total, ...] = ()

    def operands(self) -> Iterator[Node]:
        """The values of a turn that must be stacked."""
        for each in self.parts:
            yield from each.operands()
        if not self.parts:
            yield from self.node.inputs

    def over_turns(self, stacked: Mapping[Node, Tensor]) -> Tensor:
        """The total, given the stacked operands."""
        if self.parts:
            parts = [each.over_turns(stacked) for each in self.parts]
            return self._made_of(parts)
        operands = [stacked[each] for each in self.node.inputs]
        if is_made_by(self.node, "contract"):
            return _contracted(operands, **self.node.parameters)
        return _summed(operands[0], **self.node.parameters)

    def _made_of(self, parts: Sequence[Tensor]) -> Tensor:
        if self.node.primitive is None:
            raise TypeError(f"{self.node!r} is no operation")
        made: Tensor = bind(self.node.primitive, *parts, **self.node.parameters)
        return made


def total_of(node: Node, captured: Collection[Node]) -> Total | None:
    """The total of a node over the turns, if operations after the loop can take it."""
    if is_made_by(node, *LINEAR) and not node.parameters.get("value"):  # what embed puts beside
        found = [total_of(each, captured) for each in node.inputs]
        parts = tuple(each for each in found if each is not None)
        return Total(node, parts) if len(parts) == len(found) else None
    if not is_made_by(node, "contract", "sum"):
        return None
    invariant = any(is_invariant(each, captured) for each in node.inputs)
    return None if invariant else Total(node)


def is_made_by(node: Node, *names: str) -> bool:
    """Whether a primitive of one of these names made a node (an input may bear any label)."""
    return node.primitive is not None and node.primitive.name in names


def is_invariant(node: Node, captured: Collection[Node]) -> bool:
    """Whether a node has no values of the turn in it."""
    if node in captured or node.constant is not None:
        return True
    return node.primitive is not None and all(is_invariant(each, captured) for each in node.inputs)


def _contracted(operands: list[Tensor], *, lhs: str, rhs: str, out: str) -> Tensor:
    """The sum over the turns of a contraction; turns and a leading summed axis become one."""
    if lhs[:1] == rhs[:1] and lhs[:1] not in out:
        x, y = (_joined(each) for each in operands)
        return primitives.contract(x, y, lhs=lhs, rhs=rhs, out=out)
    turn = next(letter for letter in "tuvwxyzabcdefghij" if letter not in lhs + rhs)
    x, y = operands
    return primitives.contract(x, y, lhs=turn + lhs, rhs=turn + rhs, out=out)


def _joined(x: Tensor) -> Tensor:
    """The first two axes as one."""
    length, size = x.shape[:2]
    return primitives.reshape(x, shape=(_times(size, length), *x.shape[2:]))


def _times(size: Size, length: Size) -> Size:
    """The number of elements of two axes, of which one may be symbolic."""
    if isinstance(size, Dim):
        return Dim(size.name, size.scale * int(str(length)))
    return Dim(length.name, length.scale * size) if isinstance(length, Dim) else length * size


def _summed(x: Tensor, *, axes: tuple[int, ...], **rest: Any) -> Tensor:
    """The sum over the turns and over axes of a turn's value."""
    if axes == (0,):
        return primitives.sum_(_joined(x), axes=(0,), **rest)
    return primitives.sum_(x, axes=(0, *(axis + 1 for axis in axes)), **rest)

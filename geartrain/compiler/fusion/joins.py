"""Joins: concatenations whose parts are stored side by side where they are computed.

    dz = concatenate(di, df, dg, do)       kernel ... for i<batch, j<32:
                                     ->      store di in dz[i, j], df in dz[i, 32 + j], ...

Nothing is copied: a join is no kernel, but a word to the scheduler. The derivative of a split is a
sum of parts, each in zeros of the whole shape; where they lie side by side that is a concatenation,
too (but for the sign of a zero).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from geartrain.compiler.form.buffers import Buffer, Place
from geartrain.compiler.form.printing import name_of
from geartrain.graph import Node
from geartrain.graph.totals import is_made_by
from geartrain.primitives.families import Elementwise


@dataclass(frozen=True, eq=False)
class Join:
    """A concatenation that the kernels of its parts store."""

    name: str
    node: Node

    @property
    def stored(self) -> tuple[Node, ...]:
        """What it gives."""
        return (self.node,)

    def loaded(self) -> list[Node]:
        """Its parts."""
        return list(self.node.inputs)

    def nodes(self) -> list[Node]:
        """What it computes: nothing."""
        return []

    def text(self, names: Any = None) -> str:
        """The join, as a line."""
        parts = ", ".join(name_of(each, names) for each in self.node.inputs)
        return f"join {self.name}\n  {name_of(self.node, names)} = {parts}, side by side"

    def parts(self, whole: Buffer) -> Iterator[tuple[Node, Buffer]]:
        """Where each part lies in the memory of the whole."""
        axis, start = self.node.parameters["axis"], 0
        for each in self.node.inputs:
            place = Place(self.node.shape[axis + 1 :], shift=start)
            yield each, whole.part(each.spec, place, like=self.node.shape)
            start += int(str(each.shape[axis]))


def can_be_joined(node: Node, order: list[Node], results: set[Node]) -> bool:
    """Whether a node joins values that are computed for its sake alone."""
    if not is_made_by(node, "concatenate") or len(set(node.inputs)) < len(node.inputs):
        return False
    if any(each in results or not _is_computed(each) for each in node.inputs):
        return False
    if not isinstance(node.shape[node.parameters["axis"]], int):
        return False  # where a part begins is a number
    uses = [each for user in order for each in user.inputs]
    return all(uses.count(each) == 1 for each in node.inputs)


def _is_computed(node: Node) -> bool:
    """Whether a kernel computes a value element by element, from others."""
    return isinstance(node.primitive, Elementwise) and bool(node.inputs)


def side_by_side(node: Node, make: Callable[..., Node]) -> Node | None:
    """A sum of parts in zeros as one concatenation, where they fill the whole side by side."""
    parts = list(_terms(node))
    if not all(_is_put_in_zeros(each) for each in parts):
        return None
    starts = [each.parameters["starts"] for each in parts]
    axes = {axis for start in starts for axis, at in enumerate(start) if at}
    if len(axes) != 1 or not _fills(node, parts, axis := axes.pop()):
        return None
    ordered = sorted(parts, key=lambda each: int(each.parameters["starts"][axis]))
    return make(node, "concatenate", *(each.inputs[0] for each in ordered), axis=axis)


def _terms(node: Node) -> Iterator[Node]:
    """What a tree of additions adds up."""
    if not is_made_by(node, "add"):
        yield node
        return
    for each in node.inputs:
        yield from _terms(each)


def _is_put_in_zeros(node: Node) -> bool:
    given = node.parameters
    return (
        is_made_by(node, "embed")
        and given["value"] == 0
        and all(step == 1 for step in given["steps"])
        and all(isinstance(start, int) for start in given["starts"])
    )


def _fills(whole: Node, parts: list[Node], axis: int) -> bool:
    """Whether parts lie one after the other along an axis, from its start to its end."""
    end: Any = 0
    for each in sorted(parts, key=lambda part: int(part.parameters["starts"][axis])):
        shape = each.inputs[0].shape
        beside = (*shape[:axis], *shape[axis + 1 :]) == (
            *whole.shape[:axis],
            *whole.shape[axis + 1 :],
        )
        if not beside or each.parameters["starts"][axis] != end or not isinstance(shape[axis], int):
            return False
        end += shape[axis]
    return bool(end == whole.shape[axis])

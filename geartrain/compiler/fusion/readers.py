"""Readers: who loads a node, asked for each node of a graph and so kept, not searched for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from geartrain.graph import Node

if TYPE_CHECKING:
    from geartrain.compiler.fusion.groups import Group


class Readers:
    """Which groups load a node, among the groups that are entered here, in their order."""

    def __init__(self) -> None:
        self.changed: dict[Group, None] = {}  # since they were looked at
        self._seen: dict[Node, dict[Group, int]] = {}
        self._numbers: dict[Group, int] = {}

    def enter(self, group: Group) -> None:
        """Take a group in."""
        group.readers = self
        self._numbers[group] = len(self._numbers)
        self.changed[group] = None

    def leave(self, group: Group) -> None:
        """Let a group go."""
        group.readers = None
        del self._numbers[group]
        self.changed.pop(group, None)

    def note(self, group: Group, nodes: Iterable[Node]) -> None:
        """A group loads these nodes."""
        for node in nodes:
            self._seen.setdefault(node, {})[group] = 0

    def of(self, *nodes: Node) -> list[Group]:
        """The groups that load one of these nodes."""
        while self.changed:
            group, _ = self.changed.popitem()
            self.note(group, group.uses)
        found = {
            group
            for node in nodes
            for group in self._seen.get(node, ())
            if group in self._numbers and node in group.uses
        }
        return sorted(found, key=self._numbers.__getitem__)

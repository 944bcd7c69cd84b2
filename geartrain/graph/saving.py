"""What the forward half of a loop saves for its backward half, and what is computed again.

z = x + h @ u;  h' = tanh(z)         the way back needs 1 - h' * h':
h' is costly (tanh) and saved, the rest is cheap
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from geartrain.graph.graph import Node
from geartrain.graph.totals import is_invariant, is_made_by
from geartrain.primitives.families import Elementwise
from geartrain.primitives.movement import Movement

COSTLY = frozenset(["exp", "log", "tanh", "sigmoid", "power", "divide", "sqrt", "rsqrt", "erf"])


@dataclass(frozen=True)
class AtHand:
    """What the backward half has anyway: the places of sequences, and captured values."""

    sequences: Collection[Node]
    captured: Collection[Node]

    def has(self, node: Node) -> bool:
        """Whether a node can be computed from it, at no great cost for a turn."""
        if node in self.sequences or is_invariant(node, self.captured):
            return True
        return node.primitive is not None and _is_cheap(node) and all(map(self.has, node.inputs))


def saved_nodes(
    results: Sequence[Node],
    back: Collection[Node],
    at_hand: AtHand,
    forced: Iterable[Node] = (),
) -> list[Node]:
    """The nodes of the forward half that must be saved.

    Args:
        results: what the backward half gives.
        back: the nodes of the backward half.
        at_hand: what it has anyway.
        forced: nodes that are saved in any case.
    """
    needed = [node for node in _frontier(results, back) if not at_hand.has(node)]
    saved = dict.fromkeys(forced)
    cheap = [node for node in needed if _is_cheap(node)]
    saved |= dict.fromkeys(node for node in needed if not _is_cheap(node))
    for node in cheap:
        sources = [each for each in _sources(node, saved) if not at_hand.has(each)]
        missing = [each for each in sources if each not in saved]
        if len(missing) == 1 and _size(missing[0]) <= _size(node):
            saved[missing[0]] = None
        elif missing:
            saved[node] = None
    return list(saved)


def _frontier(results: Sequence[Node], back: Collection[Node]) -> list[Node]:
    """The nodes of the forward half that the backward half uses, or gives."""
    found: dict[Node, None] = {}
    seen: set[Node] = set()
    pending = list(reversed(results))
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in back:
            pending.extend(reversed(node.inputs))
        else:
            found[node] = None
    return list(found)


def _sources(node: Node, saved: Collection[Node]) -> list[Node]:
    """The nodes that a cheap node is computed from, by cheap nodes alone."""
    if node in saved or not _is_cheap(node):
        return [node] if node.constant is None else []
    found = (each for part in node.inputs for each in _sources(part, saved))
    return list(dict.fromkeys(found))


def _is_cheap(node: Node) -> bool:
    if node.constant is not None:
        return True
    if node.primitive is None:
        return False
    movable = isinstance(node.primitive, Movement) or not node.inputs
    return movable or (isinstance(node.primitive, Elementwise) and not is_made_by(node, *COSTLY))


def _size(node: Node) -> float:
    """The bytes of a node; symbolic sizes count as they are scaled."""
    sizes = (size if isinstance(size, int) else size.scale * 1024 for size in node.shape)
    return math.prod(sizes) * node.dtype.itemsize

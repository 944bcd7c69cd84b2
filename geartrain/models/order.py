"""The order of a functional model's layers, which is that of its weights.

Layers far from the outputs come first: a layer's depth is the length of the longest way from it to
an output. Layers of one depth keep the order in which a walk from the outputs meets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.graph import Node
from geartrain.layers import Layer
from geartrain.symbolic.call_nodes import maker_of


def layers_in_order(
    order: Sequence[Node], entries: Sequence[Node], results: Sequence[Node]
) -> list[Layer]:
    """The layers of nodes, each after those whose outputs it takes.

    Args:
        order: the nodes, each after its inputs.
        entries: the inputs.
        results: the outputs.
    """
    return [each for each in makers_in_order(order, entries, results) if isinstance(each, Layer)]


def makers_in_order(
    order: Sequence[Node], entries: Sequence[Node], results: Sequence[Node]
) -> list[Any]:
    """The same for layers and operations."""
    depths = _depths(order, entries)
    met = _meetings(entries, results)
    makers: dict[Any, int] = {}
    for node in order:
        maker = maker_of(node)
        if maker is not None:
            makers[maker] = max(makers.get(maker, 0), depths[node])
    deepest = max(makers.values(), default=0)
    for node in entries:  # the inputs stand together, before all else
        if maker_of(node) is not None and node in depths:
            makers[maker_of(node)] = deepest
    return sorted(makers, key=lambda each: (-makers[each], met[each]))


def _depths(order: Sequence[Node], entries: Sequence[Node]) -> dict[Node, int]:
    """How far each node is from the outputs, on the longest way; parts count nothing."""
    depths = dict.fromkeys(order, 0)
    for node in reversed(order):
        if node in entries:
            continue
        step = 0 if not node.primitive else 1
        for each in node.inputs:
            if each in depths:
                depths[each] = max(depths[each], depths[node] + step)
    return depths


def _meetings(entries: Sequence[Node], results: Sequence[Node]) -> dict[Any, int]:
    """When a walk from the outputs, depth first, meets each layer and operation."""
    met: dict[Any, int] = {}
    seen: set[Node] = set()
    pending = list(reversed(results))
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        maker = maker_of(node)
        if maker is not None:
            met.setdefault(maker, len(met))
        if node not in entries:
            pending.extend(reversed(node.inputs))
    return met

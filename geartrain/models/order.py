"""The order of a functional model's layers, which is that of its weights.

Layers far from the outputs come first: a layer's depth is the length of the longest way from it to
an output. Layers of one depth keep the order in which a walk from the outputs meets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.graph import Node
from geartrain.layers import Layer
from geartrain.layers.symbolic import Call
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
        if maker in met:  # others are of a loss that was added, if it is not among the results
            makers[maker] = max(makers.get(maker, 0), depths[node])
    for node in entries:  # an input that nothing uses stands beside the last layer
        maker = maker_of(node)
        if maker is not None and maker not in makers:
            makers[maker], met[maker] = 0, -1
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
            step = node.parameters.get("call")
            inputs = step.in_order(node.inputs) if isinstance(step, Call) else node.inputs
            pending.extend(reversed(inputs))
    return met

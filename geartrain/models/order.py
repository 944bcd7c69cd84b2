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


def layers_in_order(
    order: Sequence[Node], entries: Sequence[Node], results: Sequence[Node]
) -> list[Layer]:
    """The layers of nodes, each after those whose outputs it takes.

    Args:
        order: the nodes, each after its inputs.
        entries: the inputs.
        results: the outputs.
    """
    depths = _depths(order, entries)
    met = _meetings(entries, results)
    layers: dict[Any, int] = {}
    for node in order:
        layer = layer_of(node)
        if layer is not None:
            layers[layer] = max(layers.get(layer, 0), depths[node])
    deepest = max(layers.values(), default=0)
    for node in entries:  # the inputs stand together, before all else
        if layer_of(node) is not None and node in depths:
            layers[layer_of(node)] = deepest
    return sorted(layers, key=lambda each: (-layers[each], met[each]))


def layer_of(node: Node) -> Any:
    """The layer that a node is a call of, or the entrance of."""
    call = node.parameters.get("call")
    return call.layer if isinstance(call, Call) else node.parameters.get("layer")


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
    """When a walk from the outputs, depth first, meets each layer."""
    met: dict[Any, int] = {}
    seen: set[Node] = set()
    pending = list(reversed(results))
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        layer = layer_of(node)
        if layer is not None:
            met.setdefault(layer, len(met))
        if node not in entries:
            pending.extend(reversed(node.inputs))
    return met

"""A directed graph without circles, put into layers: the first half of a layered drawing.

    a -> b -> d, a -> d      layer 0: a      1: b and a bend of a -> d      2: d

Every edge goes down by one layer; a longer one gets a bend (a node of no height) in each layer
between. Then the nodes of each layer are put in an order with few crossings.

Source: Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system
structures" (1981); Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs"
(1993), section 3, for the medians and the exchanges of neighbours.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 12  # down and up again; drawings of models settle after a few

Edge = tuple[int, int]


@dataclass
class Layered:
    """Nodes in layers: those of the graph, numbered from 0, then the bends."""

    count: int  # of the graph's own nodes; what is numbered higher is a bend
    order: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]
    chains: list[list[int]] = field(default_factory=list)  # of each edge: its nodes and bends

    def is_bend(self, node: int) -> bool:
        """Whether a node is a bend of an edge."""
        return node >= self.count

    def crossings(self) -> int:
        """How many pairs of edges cross."""
        return sum(_crossings(upper, lower, self.below) for upper, lower in pairwise(self.order))


def put_into_layers(count: int, edges: Sequence[Edge]) -> Layered:
    """Layers for the nodes 0 to `count` - 1, each edge going down, with few crossings."""
    depths = _depths(count, edges)
    graph = _with_bends(count, edges, depths)
    _reduce_crossings(graph)
    return graph


def _depths(count: int, edges: Sequence[Edge]) -> list[int]:
    """How far down each node is: below all that lead to it, and close to where it leads."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in edges:
        before[end].append(start)
        after[start].append(end)
    order = _sorted(count, before, after)
    depths = [0] * count
    for node in order:
        depths[node] = max((depths[each] + 1 for each in before[node]), default=0)
    for node in reversed(order):
        if after[node] and not before[node]:  # an entrance stands right above what it leads to
            depths[node] = min(depths[each] for each in after[node]) - 1
    return depths


def _sorted(count: int, before: list[list[int]], after: list[list[int]]) -> list[int]:
    """The nodes, each after those that lead to it.

    Raises:
        ValueError: there is a circle.
    """
    missing = [len(each) for each in before]
    order = [node for node in range(count) if not missing[node]]
    for node in order:
        for each in after[node]:
            missing[each] -= 1
            if not missing[each]:
                order.append(each)
    if len(order) < count:
        raise ValueError("a layered drawing needs a graph without circles")
    return order


def _with_bends(count: int, edges: Sequence[Edge], depths: list[int]) -> Layered:
    """The layers, with a bend of each edge in every layer that it passes."""
    order: list[list[int]] = [[] for _ in range(max(depths, default=0) + 1)]
    for node in range(count):
        order[depths[node]].append(node)
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    graph = Layered(count, order, above, below)
    for start, end in edges:
        chain = [start]
        for depth in range(depths[start] + 1, depths[end]):
            chain.append(len(above))
            above.append([])
            below.append([])
            order[depth].append(chain[-1])
        chain.append(end)
        for upper, lower in pairwise(chain):
            below[upper].append(lower)
            above[lower].append(upper)
        graph.chains.append(chain)
    return graph


def _crossings(upper: list[int], lower: list[int], below: list[list[int]]) -> int:
    """The crossings between two layers: pairs of edges in different orders above and below."""
    places = {node: at for at, node in enumerate(lower)}
    seen: list[int] = []
    found = 0
    for node in upper:
        ends = sorted(places[each] for each in below[node])
        found += sum(len(seen) - bisect_right(seen, end) for end in ends)
        for end in ends:
            insort(seen, end)
    return found


def _reduce_crossings(graph: Layered) -> None:
    """Put each layer in the order of the medians of its neighbours, down and up; keep the best."""
    best, fewest = [list(each) for each in graph.order], graph.crossings()
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        layers = range(1, len(graph.order)) if down else range(len(graph.order) - 2, -1, -1)
        for at in layers:
            beside = graph.order[at - 1 if down else at + 1]
            _order_by_medians(graph.order[at], beside, graph.above if down else graph.below)
        _exchange_neighbours(graph)
        now = graph.crossings()
        if now < fewest:
            best, fewest = [list(each) for each in graph.order], now
    graph.order[:] = best


def _order_by_medians(layer: list[int], beside: list[int], joined: list[list[int]]) -> None:
    """Order a layer; nodes that are joined to nothing stay where they are."""
    places = {node: at for at, node in enumerate(beside)}
    medians = {node: _median([places[each] for each in joined[node]]) for node in layer}
    free = iter(sorted((n for n in layer if medians[n] is not None), key=lambda n: medians[n] or 0))
    layer[:] = [node if medians[node] is None else next(free) for node in layer]


def _median(places: list[int]) -> float | None:
    """The middle place; of two, nearer to the side where the others are closer together."""
    places = sorted(places)
    middle = len(places) // 2
    if not places:
        return None
    if len(places) % 2:
        return places[middle]
    if len(places) == 2:
        return sum(places) / 2
    left, right = places[middle - 1] - places[0], places[-1] - places[middle]
    if left + right == 0:
        return (places[middle - 1] + places[middle]) / 2
    return (places[middle - 1] * right + places[middle] * left) / (left + right)


def _exchange_neighbours(graph: Layered) -> None:
    """Exchange neighbours wherever that leaves fewer crossings."""
    for at, layer in enumerate(graph.order):
        sides = [(graph.above, at - 1), (graph.below, at + 1)]
        near = [
            (joined, {node: place for place, node in enumerate(graph.order[other])})
            for joined, other in sides
            if 0 <= other < len(graph.order)
        ]
        for left in range(len(layer) - 1):
            one, two = layer[left], layer[left + 1]
            if _between(one, two, near) > _between(two, one, near):
                layer[left], layer[left + 1] = two, one


def _between(one: int, two: int, near: list[tuple[list[list[int]], dict[int, int]]]) -> int:
    """The crossings of the edges of two neighbours, the first being on the left."""
    return sum(
        places[first] > places[second]
        for joined, places in near
        for first in joined[one]
        for second in joined[two]
    )

"""Where the nodes of a layered graph stand: the second half of a layered drawing.

Each node is aligned with a middle neighbour, so that long edges are straight; the blocks that come
of it are pushed together. This is done from each of the four corners, and a node stands in the
middle of the four places found.

Source: Brandes and Köpf, "Fast and simple horizontal coordinate assignment" (2001). The blocks are
pushed together by longest paths, and then towards their right neighbours, which takes the place of
the paper's classes (Brandes, Walter and Zink, "Erratum", 2020, on why).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from geartrain.drawing.layers import Layered

Conflicts = set[tuple[int, int]]


def horizontal_places(graph: Layered, widths: Sequence[float], gap: float) -> list[float]:
    """The middle of every node and bend along its layer, the leftmost border being at 0."""
    conflicts = _conflicts(graph)
    found: list[list[float]] = []
    for downward in (True, False):
        for rightward in (True, False):
            order = graph.order if downward else graph.order[::-1]
            order = order if rightward else [layer[::-1] for layer in order]
            joined = graph.above if downward else graph.below
            roots = _aligned(order, joined, conflicts)
            places = _compacted(order, roots, widths, gap)
            found.append(places if rightward else [-place for place in places])
    return _balanced(found, widths)


def _conflicts(graph: Layered) -> Conflicts:
    """The pieces of edges that cross a piece between two bends, which is to be straight."""
    found: Conflicts = set()
    for upper, lower in pairwise(graph.order):
        above = {node: at for at, node in enumerate(upper)}
        inner = {
            node: next((each for each in graph.above[node] if graph.is_bend(each)), None)
            if graph.is_bend(node)
            else None
            for node in lower
        }
        left, scanned = -1, 0
        for at, node in enumerate(lower):
            ends_here = inner[node] is not None
            if not ends_here and at != len(lower) - 1:
                continue
            right = above[inner[node]] if ends_here else len(upper)  # type: ignore[index]
            for each in lower[scanned : at + 1]:
                for end in graph.above[each]:
                    straight = graph.is_bend(each) and graph.is_bend(end)
                    if not straight and not left <= above[end] <= right:
                        found.add((end, each))
            left, scanned = right, at + 1
    return found


def _aligned(
    order: list[list[int]], joined: list[list[int]], conflicts: Conflicts
) -> dict[int, int]:
    """For each node the first of its block: those that stand in one line with it."""
    roots = {node: node for layer in order for node in layer}
    taken: dict[int, int] = {}  # who is aligned with a node from below
    for beside, layer in pairwise(order):
        places = {node: at for at, node in enumerate(beside)}
        last = -1
        for node in layer:
            ends = sorted((each for each in joined[node] if each in places), key=places.__getitem__)
            middle = len(ends)
            for end in ends[(middle - 1) // 2 : middle // 2 + 1]:
                marked = (end, node) in conflicts or (node, end) in conflicts
                if roots[node] == node and not marked and places[end] > last and end not in taken:
                    taken[end] = node
                    roots[node] = roots[end]
                    last = places[end]
    return roots


def _compacted(
    order: list[list[int]], roots: dict[int, int], widths: Sequence[float], gap: float
) -> list[float]:
    """The places of all nodes, blocks as far left as they can be, then close to their right."""
    apart, entering = _distances(order, roots, widths, gap)
    sorted_blocks = [block for block, count in entering.items() if not count]
    places = dict.fromkeys(apart, 0.0)
    for block in sorted_blocks:
        for other, needed in apart[block].items():
            places[other] = max(places[other], places[block] + needed)
            entering[other] -= 1
            if not entering[other]:
                sorted_blocks.append(other)
    for block in reversed(sorted_blocks):
        room = [places[other] - needed for other, needed in apart[block].items()]
        if room:
            places[block] = max(places[block], min(room))
    return [places[roots[node]] for node in range(len(roots))]


def _distances(
    order: list[list[int]], roots: dict[int, int], widths: Sequence[float], gap: float
) -> tuple[dict[int, dict[int, float]], dict[int, int]]:
    """How far right of each block others have to be, and for each how many are to the left."""
    apart: dict[int, dict[int, float]] = {root: {} for root in roots.values()}
    entering = dict.fromkeys(apart, 0)
    for one, two in (pair for layer in order for pair in pairwise(layer)):
        left, right = roots[one], roots[two]
        entering[right] += right not in apart[left]
        needed = (widths[one] + widths[two]) / 2 + gap
        apart[left][right] = max(needed, apart[left].get(right, 0))
    return apart, entering


def _balanced(found: list[list[float]], widths: Sequence[float]) -> list[float]:
    """The middle of the four, which are first laid beside the narrowest."""
    ends = [_ends(places, widths) for places in found]
    narrow = min(range(len(found)), key=lambda at: ends[at][1] - ends[at][0])
    moved: list[list[float]] = []
    for at, places in enumerate(found):
        side = at % 2  # the first and third were pushed to the left
        shift = ends[narrow][side] - ends[at][side]
        moved.append([place + shift for place in places])
    middle = [sum(sorted(four)[1:3]) / 2 for four in zip(*moved, strict=True)]
    left = _ends(middle, widths)[0]
    return [place - left for place in middle]


def _ends(places: Sequence[float], widths: Sequence[float]) -> tuple[float, float]:
    """The leftmost and the rightmost border."""
    pairs = list(zip(places, widths, strict=True))
    return min(x - w / 2 for x, w in pairs), max(x + w / 2 for x, w in pairs)

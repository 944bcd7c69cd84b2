"""Boxes and the lines between them, laid out in layers from above to below.

lay_out([(60, 20), (60, 20)], [(0, 1)])   ->   a place for each box, points for each line
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from geartrain.drawing.coordinates import horizontal_places
from geartrain.drawing.layers import Edge, Layered, put_into_layers

Point = tuple[float, float]

BEND = 8.0  # pixels across that a line takes where it passes a layer
PORT = 9.0  # pixels between lines that begin or end at one box
TRACK = 9.0  # pixels between lines that run beside each other from left to right


@dataclass(frozen=True)
class Layout:
    """Where everything stands: middles of boxes, and the corners of the lines between them."""

    width: float
    height: float
    places: list[Point]
    routes: list[list[Point]]


def lay_out(
    sizes: Sequence[tuple[float, float]], edges: Sequence[Edge], gap: Point = (24.0, 30.0)
) -> Layout:
    """Places for boxes of these sizes, and routes for lines between them, which have right angles.

    Args:
        sizes: width and height of each box.
        edges: pairs of numbers of boxes; no circles.
        gap: at least between boxes beside each other, and between layers.
    """
    if not sizes:
        return Layout(0.0, 0.0, [], [])
    graph = put_into_layers(len(sizes), edges)
    bends = len(graph.above) - len(sizes)
    widths = [*(width for width, _ in sizes), *[BEND] * bends]
    heights = [*(height for _, height in sizes), *[0.0] * bends]
    across = horizontal_places(graph, widths, gap[0])
    starts, ends = _ports(graph, across, widths)
    tracks = _tracks(graph, starts, ends)
    tops, bottoms, height = _layer_borders(graph, heights, tracks, gap[1])
    layer_of = {node: at for at, layer in enumerate(graph.order) for node in layer}
    down = [(tops[layer_of[node]] + bottoms[layer_of[node]]) / 2 for node in range(len(widths))]
    routes = [
        _route(number, chain, (starts, ends), tracks, heights, down, bottoms, layer_of)
        for number, chain in enumerate(graph.chains)
    ]
    width = max(x + w / 2 for x, w in zip(across, widths, strict=True))
    places = [(across[node], down[node]) for node in range(len(sizes))]
    return Layout(width, height, places, routes)


Piece = tuple[int, int]  # the number of an edge, and of the piece of it between two layers
Ports = dict[Piece, float]


def _ports(graph: Layered, across: list[float], widths: list[float]) -> tuple[Ports, Ports]:
    """Where each piece of a line begins and ends, from left to right."""
    leaving: dict[int, list[tuple[float, Piece]]] = {}
    coming: dict[int, list[tuple[float, Piece]]] = {}
    for number, chain in enumerate(graph.chains):
        for at, (upper, lower) in enumerate(pairwise(chain)):
            leaving.setdefault(upper, []).append((across[lower], (number, at)))
            coming.setdefault(lower, []).append((across[upper], (number, at)))
    return (
        _spread(leaving, across, widths),
        _spread(coming, across, widths),
    )


def _spread(
    joined: dict[int, list[tuple[float, Piece]]], across: list[float], widths: list[float]
) -> Ports:
    """Places along a box's border: what goes straight in the middle, the others beside it."""
    found: Ports = {}
    for node, others in joined.items():
        step = min(PORT, widths[node] / (2 * len(others) + 1))
        left = sorted((each for each in others if each[0] < across[node] - 0.5), reverse=True)
        right = sorted(each for each in others if each[0] > across[node] + 0.5)
        alone = len(others) == 1
        for side, pieces in ((-1, left), (1, right)):
            for at, (_, piece) in enumerate(pieces):
                found[piece] = across[node] + (0 if alone else side * step * (at + 1))
        for _, piece in others:
            found.setdefault(piece, across[node])
    return found


def _tracks(graph: Layered, starts: Ports, ends: Ports) -> list[dict[Piece, int]]:
    """For each space between layers, in which row a piece runs from left to right."""
    layer_of = {node: at for at, layer in enumerate(graph.order) for node in layer}
    spaces: list[list[tuple[float, float, Piece]]] = [[] for _ in graph.order]
    for number, chain in enumerate(graph.chains):
        for at, upper in enumerate(chain[:-1]):
            piece = number, at
            one, two = starts[piece], ends[piece]
            if abs(one - two) > 0.5:
                spaces[layer_of[upper]].append((min(one, two), max(one, two), piece))
    return [_rows(sorted(space)) for space in spaces]


def _rows(pieces: list[tuple[float, float, Piece]]) -> dict[Piece, int]:
    """Each in the first row in which nothing else runs at its place."""
    rows: list[float] = []
    found: dict[Piece, int] = {}
    for left, right, piece in pieces:
        row = next((at for at, end in enumerate(rows) if end < left - 1), len(rows))
        if row == len(rows):
            rows.append(right)
        rows[row] = right
        found[piece] = row
    return found


def _layer_borders(
    graph: Layered, heights: list[float], tracks: list[dict[Piece, int]], gap: float
) -> tuple[list[float], list[float], float]:
    """Where each layer begins and ends, and the height of all."""
    tops, bottoms, at = [], [], 0.0
    for layer, rows in zip(graph.order, tracks, strict=True):
        tops.append(at)
        bottoms.append(at + max(heights[node] for node in layer))
        at = bottoms[-1] + gap + TRACK * max(len(set(rows.values())) - 1, 0)
    return tops, bottoms, bottoms[-1]


def _route(
    number: int,
    chain: list[int],
    ports: tuple[Ports, Ports],
    tracks: list[dict[Piece, int]],
    heights: list[float],
    down: list[float],
    bottoms: list[float],
    layer_of: dict[int, int],
) -> list[Point]:
    """The corners of a line, from the border of its first box to that of its last."""
    starts, ends = ports
    points = [(starts[number, 0], down[chain[0]] + heights[chain[0]] / 2)]
    for at, (upper, lower) in enumerate(pairwise(chain)):
        piece, layer = (number, at), layer_of[upper]
        row = tracks[layer].get(piece)
        if row is not None:
            turn = bottoms[layer] + 10 + TRACK * row
            points += [(starts[piece], turn), (ends[piece], turn)]
        points.append((ends[piece], down[lower] - heights[lower] / 2))
    return points

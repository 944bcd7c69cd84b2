"""Layered drawings: layers, crossings, places and lines."""

import itertools

import numpy as np
import pytest

from geartrain.drawing.layers import put_into_layers
from geartrain.drawing.layout import lay_out


def residual(blocks, long_ways=True):
    """The edges of a residual network, and how many boxes it has."""
    edges, last, count = [], 0, 1
    for _ in range(blocks):
        first, second, joined = count, count + 1, count + 2
        edges += [(last, first), (first, second), (second, joined), (last, joined)]
        count, last = count + 3, joined
    return count, edges


def random_graph(seed):
    generator = np.random.default_rng(seed)
    count = int(generator.integers(5, 30))
    pairs = itertools.combinations(range(count), 2)
    return count, [pair for pair in pairs if generator.random() < 0.15]


def overlaps(one, two):
    (x, y, w, h), (a, b, c, d) = one, two
    return abs(x - a) * 2 < w + c - 1e-6 and abs(y - b) * 2 < h + d - 1e-6


@pytest.mark.parametrize("graph", [residual(20), *[random_graph(seed) for seed in range(12)]])
def test_boxes_do_not_overlap_and_lines_go_down(graph):
    count, edges = graph
    generator = np.random.default_rng(1)
    sizes = [(float(w), float(h)) for w, h in generator.uniform(20, 90, (count, 2))]
    layout = lay_out(sizes, edges)
    boxes = [(*place, *size) for place, size in zip(layout.places, sizes, strict=True)]
    assert not any(overlaps(one, two) for one, two in itertools.combinations(boxes, 2))
    for (x, y), (w, h) in zip(layout.places, sizes, strict=True):
        assert w / 2 - 1e-6 <= x <= layout.width - w / 2 + 1e-6
        assert h / 2 - 1e-6 <= y <= layout.height - h / 2 + 1e-6
    for (start, end), route in zip(edges, layout.routes, strict=True):
        assert route[0][1] == pytest.approx(layout.places[start][1] + sizes[start][1] / 2)
        assert route[-1][1] == pytest.approx(layout.places[end][1] - sizes[end][1] / 2)
        for point, box in ((route[0], start), (route[-1], end)):
            assert abs(point[0] - layout.places[box][0]) <= sizes[box][0] / 2
        for (x0, y0), (x1, y1) in itertools.pairwise(route):
            assert abs(x0 - x1) <= 0.5 or y0 == y1  # right angles alone
            assert y1 >= y0 - 1e-6


def test_lines_pass_no_box():
    count, edges = residual(10)
    layout = lay_out([(80.0, 30.0)] * count, edges)
    for (start, end), route in zip(edges, layout.routes, strict=True):
        for at, (x, y) in enumerate(layout.places):
            if at in (start, end):
                continue
            for (x0, y0), (x1, y1) in itertools.pairwise(route):
                across = min(x0, x1) < x + 40 and max(x0, x1) > x - 40
                down = min(y0, y1) < y + 15 and max(y0, y1) > y - 15
                assert not (across and down)


def test_a_residual_network_has_no_crossings_and_a_straight_shortcut():
    count, edges = residual(20)
    assert put_into_layers(count, edges).crossings() == 0
    layout = lay_out([(80.0, 30.0)] * count, edges)
    shortcuts = [route for (a, b), route in zip(edges, layout.routes, strict=True) if b - a == 3]
    assert len(shortcuts) == 20
    for route in shortcuts:
        assert len({x for x, _ in route}) <= 3  # to the side, down, and back


def test_crossings_are_undone():
    edges = [(0, 5), (1, 4), (2, 3)]
    assert put_into_layers(6, edges).crossings() == 0
    crossed = put_into_layers(4, [(0, 2), (0, 3), (1, 2), (1, 3)])
    assert crossed.crossings() == 1


def test_an_entrance_stands_near_to_what_it_leads_to():
    graph = put_into_layers(5, [(0, 1), (1, 2), (2, 3), (4, 3)])
    assert graph.order[2] == [2, 4] or graph.order[2] == [4, 2]
    assert not graph.chains[3][1:-1]


def test_circles_are_refused():
    with pytest.raises(ValueError, match="circles"):
        put_into_layers(2, [(0, 1), (1, 0)])


def test_nothing():
    assert lay_out([], []).places == []
    assert lay_out([(10.0, 5.0)], []).width == 10.0

"""`explain.picture` and the pictures of geometry."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest

from geartrain import Variable, explain, ops

SVG = "{http://www.w3.org/2000/svg}"
RNG = np.random.default_rng(0)


def root_of(drawing):
    root = ElementTree.fromstring(drawing.svg())
    assert math.isfinite(float(root.get("width")))
    return root


def count(drawing, name):
    return len(root_of(drawing).findall(f".//{SVG}{name}"))


def words_of(drawing):
    return [each.text for each in root_of(drawing).findall(f".//{SVG}text")]


@pytest.mark.parametrize("rank", range(6))
def test_boxes_of_every_rank_name_every_axis(rank):
    shape = (2, 2, 3, 3, 4)[5 - rank :]
    drawing = explain.picture(np.arange(np.prod(shape, dtype=int)).reshape(shape))
    said = words_of(drawing)
    assert any(f"rank {rank}" in each for each in said)
    for axis, size in enumerate(shape):
        assert any(each.startswith(f"axis {axis}: {size}") for each in said)
    assert drawing.title.startswith("boxes")


def test_blocks_share_one_scale_of_colours():
    array = np.array([[[[[1.0]]]], [[[[4.0]]]]])
    opacities = [
        float(each.get("fill-opacity"))
        for each in root_of(explain.picture(array)).findall(f".//{SVG}rect")
        if each.get("fill-opacity")
    ]
    assert opacities[0] < opacities[1]


def test_a_large_tensor_gives_a_small_file():
    for shape in [(1000,), (1000, 1000), (200, 100, 50), (20, 30, 40, 50), (5, 6, 7, 8, 9)]:
        assert len(explain.picture(RNG.standard_normal(shape)).svg()) < 60_000


def test_series_draw_a_line_for_each_feature_of_each_sample():
    drawing = explain.picture(
        RNG.standard_normal((3, 50, 2)), kind="series", axes=("days", "minutes", "prices")
    )
    # 3 panels of a zero line and 2 features, and the key
    assert count(drawing, "polyline") == 3 * 3 + 2
    said = words_of(drawing)
    assert "axis 1, minutes: 50" in said
    assert {"day 0", "day 1", "day 2", "feature 0", "feature 1"} < set(said)
    for shape in [(50,), (50, 2)]:
        assert count(explain.picture(RNG.random(shape), kind="series"), "polyline") > 2


@pytest.mark.parametrize("shape", [(3, 12, 12), (3, 12, 12, 3), (3, 3, 12, 12), (3, 12, 12, 1)])
def test_pictures_are_found_and_labelled(shape):
    drawing = explain.picture(RNG.integers(0, 256, shape).astype("uint8"), labels=[5, 0, 4])
    assert drawing.title.startswith("pictures")
    assert count(drawing, "image") == 3
    assert {"5", "0", "4"} < set(words_of(drawing))


def test_more_pictures_than_fit_are_counted():
    drawing = explain.picture(np.ones((100, 8, 8), np.uint8))
    assert count(drawing, "image") == 24
    assert "and 76 more" in words_of(drawing)


def test_a_matrix_can_be_drawn_as_a_heat_map():
    assert count(explain.picture(RNG.standard_normal((50, 80)), kind="pictures"), "image") == 1


def test_films_are_strips_of_frames():
    drawing = explain.picture(RNG.random((2, 10, 16, 16, 3)))
    assert drawing.title.startswith("film")
    assert count(drawing, "image") == 2 * 6
    assert words_of(drawing).count("6 of 10 frames") == 2
    assert count(explain.picture(RNG.random((10, 16, 16, 3)), kind="film"), "image") == 6


def test_tensors_variables_and_lists_are_drawn():
    for value in (ops.convert_to_tensor([1, 2]), Variable([1.0, 2.0]), [1, 2], 3):
        assert count(explain.picture(value), "rect") >= 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: explain.picture(np.zeros((1,) * 6)), r"rank of 0 to 5(.|\n)*x\[0\]"),
        (lambda: explain.picture(np.zeros((0, 3))), "with elements"),
        (lambda: explain.picture([1], kind="pie"), "one of boxes, series, pictures, film"),
        (lambda: explain.picture([1], kind="film"), "rank 4 or 5"),
        (lambda: explain.picture([1], axes=("a", "b")), "1 names of axes"),
        (lambda: explain.vector_addition((1, 2, 3), (1, 2)), r"shape \(3,\)"),
        (lambda: explain.affine_transform([[1, 2]]), r"\(2, 2\)"),
        (lambda: explain.relu_folding([[1, np.nan], [1, 1]]), "finite"),
        (lambda: explain.convolution_step(np.ones((2, 2)), np.ones((3, 3))), "no larger"),
        (lambda: explain.convolution_step(np.ones(3), np.ones(3)), "two small matrices"),
    ],
)
def test_what_cannot_be_drawn_is_explained(call, said):
    with pytest.raises(ValueError, match=said) as caught:
        call()
    for part in ("given:", "expected:", "remedy:"):
        assert part in str(caught.value)


def test_vector_addition():
    drawing = explain.vector_addition(ops.convert_to_tensor([2.0, 1.0]), (1, 2))
    assert drawing.title == "(2, 1) + (1, 2) = (3, 3)"
    assert count(drawing, "polygon") == 5  # heads of a, b, both again, and the sum
    assert {"a", "b", "a + b"} < set(words_of(drawing))
    root_of(explain.vector_addition((0, 0), (0, 0)))
    root_of(explain.vector_addition((1e6, 0), (0, 1e-6)))


def points(drawing):
    """The dots of each plane: its groups are nested, each one with its own circles."""
    planes = []
    for group in root_of(drawing).iter():
        dots = [(float(e.get("cx")), float(e.get("cy"))) for e in group if e.tag == f"{SVG}circle"]
        if dots:
            planes.append(np.array(dots) - 120)
    return planes


def test_affine_moves_the_points():
    before, after = points(explain.affine_transform([[0, -1], [1, 0]]))
    np.testing.assert_allclose(after, np.stack([before[:, 1], -before[:, 0]], -1), atol=0.02)
    before, after = points(explain.affine_transform([[1, 0], [0, 1]], offset=(1, 0)))
    shift = (after - before)[0]
    assert shift[0] > 10
    assert shift[1] == 0


def test_relu_folds_what_is_below_zero_onto_the_axes():
    before, moved, folded = points(explain.relu_folding([[1, -1], [1, 1]]))
    assert len(before) == len(moved) == len(folded) == 81
    up = np.array([1, -1])  # on a sheet, y grows downwards
    np.testing.assert_allclose(folded, np.maximum(moved * up, 0) * up, atol=0.02)


def test_a_step_of_a_convolution_has_its_sum():
    image, kernel = np.arange(20).reshape(4, 5), [[1, 0, -1]] * 3
    drawing = explain.convolution_step(image, kernel, at=(1, 2))
    assert drawing.title == "convolution step at (1, 2): -6"
    said = words_of(drawing)
    assert "7·1 + 8·0 + 9·(-1) + 12·1 + 13·0 + 14·(-1) + 17·1 + 18·0 + 19·(-1) = -6" in said
    assert said.count("-6") == 6  # of the output
    lit = [
        each
        for each in root_of(drawing).findall(f".//{SVG}rect")
        if each.get("fill-opacity") == "0.45"
    ]
    assert len(lit) == 9 + 9 + 1
    with pytest.raises(IndexError, match=r"no such element(.|\n)*\(2, 3\)"):
        explain.convolution_step(image, kernel, at=(2, 0))

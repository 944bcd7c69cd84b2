"""Boxes with numbers, lines and bars, and the sentence on what is in an array."""

from xml.etree import ElementTree

import ml_dtypes
import numpy as np
import pytest

from geartrain.drawing.cells import by_value, pages, side_by_side, table
from geartrain.drawing.facts import facts, short
from geartrain.drawing.series import draw_lines, draw_vector, thin
from geartrain.drawing.svg import BLUE, GREY, ORANGE

SVG = "{http://www.w3.org/2000/svg}"


def elements(drawing, name):
    return ElementTree.fromstring(drawing.inline()).findall(f".//{SVG}{name}")


def words_of(drawing):
    return [each.text for each in elements(drawing, "text")]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_a_table_has_a_box_and_a_number_for_each_element(shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    drawing = table(shape, by_value(array), "t")
    assert words_of(drawing) == [str(each) for each in array.ravel()]
    assert len(elements(drawing, "rect")) == array.size


def test_long_axes_are_cut_and_dots_say_so():
    array = np.arange(100 * 100).reshape(100, 100)
    drawing = table(array.shape, by_value(array), "t", most=4)
    assert len(elements(drawing, "rect")) == 9
    said = words_of(drawing)
    assert [each for each in said if each.isdigit()] == [
        *("0", "1", "99"),
        *("100", "101", "199"),
        *("9900", "9901", "9999"),
    ]
    assert said.count("···") == said.count("⋮") == 3
    assert said.count("⋱") == 1


def test_boxes_are_coloured_by_sign_and_size():
    look = by_value(np.array([-1.0, 0.5, 2.0, np.nan]))
    boxes = [look((at,)) for at in range(4)]
    assert [box.fill for box in boxes] == [ORANGE, BLUE, BLUE, GREY]
    assert boxes[2].opacity > boxes[0].opacity > boxes[1].opacity
    assert boxes[3].words == "NaN"


@pytest.mark.parametrize("dtype", ["bool", "int8", "float16", "complex64", ml_dtypes.bfloat16])
def test_every_dtype_is_written(dtype):
    array = np.array([0, 1]).astype(dtype)
    said = words_of(table((2,), by_value(array), "t"))
    assert said[1] == {"bool": "True", "complex64": "1+0j"}.get(array.dtype.name, "1")


def test_pages_show_the_first_and_edges_of_the_others():
    array = np.arange(24).reshape(3, 2, 4)
    drawing = pages(array.shape, by_value(array), "t")
    assert words_of(drawing) == [str(each) for each in range(8)]
    assert len(elements(drawing, "polygon")) == 2


def test_side_by_side_shows_every_page():
    array = np.arange(24).reshape(3, 2, 4)
    said = words_of(side_by_side(array.shape, by_value(array), "t"))
    assert {"[0]", "[1]", "[2]"} < set(said)
    assert {str(each) for each in range(24)} < set(said)


def test_bars_stand_on_zero():
    rects = elements(draw_vector(np.array([1.0, -1.0, np.nan]), "v", width=30, height=44), "rect")
    above, below = rects
    assert float(above.get("y")) == 2
    assert float(above.get("height")) == float(below.get("height")) == 20
    assert (above.get("fill"), below.get("fill")) == (BLUE, ORANGE)


def test_many_numbers_are_a_line_that_keeps_its_peak_and_breaks_at_nan():
    numbers = np.zeros(100_000)
    numbers[41_234] = 7.0
    places, values = thin(numbers, 100)
    assert len(places) <= 200
    assert 41_234 in places
    assert values.max() == 7.0
    whole = draw_vector(numbers, "v")
    assert len(whole.inline()) < 10_000
    numbers[50_000] = np.nan
    assert len(elements(draw_vector(numbers, "v"), "polyline")) == 3  # zero, and two pieces
    assert len(elements(whole, "polyline")) == 2


def test_lines_have_one_scale():
    drawing = draw_lines([np.array([0.0, 1.0]), np.array([0.0, 2.0])], "l", width=10, height=24)
    _, low, high = elements(drawing, "polyline")
    assert low.get("points") == "0,22 10,12"
    assert high.get("points") == "0,22 10,2"


@pytest.mark.parametrize("numbers", [[1e308, -1e308], [np.inf], [], [0.0], [np.nan, 3]])
def test_extremes_can_be_drawn(numbers):
    array = np.array(numbers)
    ElementTree.fromstring(draw_vector(array, "v").inline())
    ElementTree.fromstring(draw_lines([array], "v").inline())
    ElementTree.fromstring(table(array.shape, by_value(array), "v").inline())


def test_facts():
    assert facts(np.array([0, 255], np.uint8)).sentence() == "0 to 255, mean 128"
    assert facts(np.array([np.nan, np.inf, -np.inf, 2.0])).sentence() == (
        "2 to 2, mean 2; 1 NaN, 2 infinite"
    )
    assert facts(np.array([np.nan])).sentence() == "1 NaN"
    assert facts(np.zeros((0, 3))).sentence() == "empty"
    assert facts(np.array([True, False])).sentence() == "0 to 1, mean 0.5"
    assert facts(np.array([3 + 4j])).high == 5
    assert facts(np.array([1, 2], ml_dtypes.bfloat16)).mean == 1.5
    assert facts(np.array([1e308, 1e308])).sentence() == "1e+308 to 1e+308, mean inf"


def test_short():
    assert [short(each) for each in (0.0, -0.5, 12345, 1e10, np.inf)] == [
        *("0", "-0.5", "12345", "1e+10", "inf")
    ]

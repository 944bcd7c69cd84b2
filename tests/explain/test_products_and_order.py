"""`explain.dot`, `explain.reshape`, `explain.transpose`."""

from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geartrain import explain, ops
from geartrain.explain.explanation import Given
from geartrain.explain.products import Meeting
from geartrain.tensor import Dim

shapes = st.lists(st.integers(1, 3), max_size=4).map(tuple)


def is_drawn(explanation):
    return ElementTree.fromstring(explanation.drawing.svg()).get("aria-label")


@given(shapes, shapes)
def test_dot_agrees_with_numpy(a, b):
    try:
        expected = np.dot(np.ones(a), np.ones(b)).shape
    except ValueError:
        expected = None
    assert Meeting(Given(a), Given(b)).result == expected


def test_dot_of_any_rank_word_for_word(capsys):
    explanation = explain.dot((2, 3, 4), (5, 4, 6))
    assert capsys.readouterr().out == (
        "a         (2, 3, [4])\n"
        "b         (5, [4], 6)\n"
        "the last axis of a meets the last but one of b: 4 products are summed\n"
        "result    (2, 3, 5, 6): (2, 3) of a, then (5, 6) of b\n"
        "y[i, j, k, l] = sum over n of a[i, j, n] * b[k, n, l]\n"
    )
    assert explanation.shape == (2, 3, 5, 6)
    assert is_drawn(explanation) == "dot of (2, 3, 4) and (5, 4, 6) gives (2, 3, 5, 6)"


@pytest.mark.parametrize(
    ("a", "b", "formula"),
    [
        ((2, 3), (3, 5), "y[i, j] = sum over n of a[i, n] * b[n, j]"),
        ((3,), (3,), "y = sum over n of a[n] * b[n]"),
        ((2, 3), (3,), "y[i] = sum over n of a[i, n] * b[n]"),
        ((3,), (2, 3, 5), "y[i, j] = sum over n of a[n] * b[i, n, j]"),
        ((), (2, 3), "y[i, j] = a * b[i, j]"),
        ((2,) * 4, (2,) * 4, "sum over o of a[i, j, k, o] * b[l, m, o, n]"),
    ],
)
def test_formulas(a, b, formula):
    assert explain.dot(a, b).text.endswith(formula)


@pytest.mark.parametrize(
    ("a", "b", "remedy"),
    [
        ((2, 3), (5, 3), "ops.dot(a, b.T) gives (2, 5)"),
        ((2, 3), (2, 5), "ops.dot(a.T, b) gives (3, 5)"),
        ((4, 3), (2, 4), "ops.dot(b, a) gives (2, 3)"),
        ((2, 3), (7, 5), "make b with 3 places on axis -2: print(a.shape, b.shape)"),
    ],
)
def test_a_dot_that_does_not_fit(a, b, remedy):
    explanation = explain.dot(a, b)
    assert explanation.shape is None
    assert f"{a[-1]} against {b[-2]}" in explanation.text
    assert explanation.text.endswith(f"remedy:   {remedy}")
    assert "does not fit" in is_drawn(explanation)


def test_the_corner_shows_the_numbers():
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, -8.0]])
    text = explain.dot(a, b)._repr_html_()
    assert "1·5 + 2·7 = 19" in text
    for number in (a @ b).ravel():
        assert f">{int(number)}</text>" in text


@given(shapes, st.data())
def test_transpose_says_where_elements_come_from(shape, data):
    order = data.draw(st.permutations(range(len(shape))))
    explanation = explain.transpose(shape, order)
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    y = x.transpose(order)
    assert explanation.shape == y.shape
    formula = explanation.text.splitlines()[1].split("so ")[1]
    left, right = (part.partition("[")[2].rstrip("]") for part in formula.split(" = "))
    assume(left)
    for index in np.ndindex(y.shape):
        place = dict(zip(left.split(", "), index, strict=True))
        assert y[index] == x[tuple(place[name] for name in right.split(", "))]


def test_reshape_shows_the_numbers_before_and_after(capsys):
    explanation = explain.reshape(ops.convert_to_tensor([[0, 1], [2, 3], [4, 5]]), (2, -1))
    assert capsys.readouterr().out == (
        "x         (3, 2)\n"
        "reshape   (2, 3): 6 elements before and after, in the same order\n"
        "  [[0, 1], [2, 3], [4, 5]]\n"
        "  [[0, 1, 2], [3, 4, 5]]\n"
    )
    assert explanation.shape == (2, 3)
    assert explanation._repr_html_().count("<text") == 2 * 6 + 2


def test_large_and_symbolic_shapes_are_axes_alone():
    assert explain.reshape((60000, 28, 28), (60000, -1)).shape == (60000, 784)
    batch = Dim("batch")
    explanation = explain.reshape((batch, 28, 28), (batch, -1))
    assert explanation.shape == (batch, 784)
    assert "batch * 784 elements" in explanation.text
    assert explain.transpose((64, 28, 28, 3), (0, 3, 1, 2)).shape == (64, 3, 28, 28)
    assert explain.transpose((3, 2, 5), (-1, 0, 1)).shape == (5, 3, 2)
    assert explain.reshape((0, 3), (3, 0)).shape == (3, 0)


def test_a_reshape_that_does_not_fit_shows_the_remedy():
    explanation = explain.reshape((3, 2), (4, -1))
    assert not explanation.fits
    assert "remedy:" in explanation.text
    assert "cannot be reshaped" in is_drawn(explanation)


def test_a_wrong_order_is_named():
    with pytest.raises(ValueError, match=r"every axis once(.|\n)*axes=\(1, 0\)"):
        explain.transpose((2, 3), (0, 0))
    with pytest.raises(IndexError, match="Axis 2"):
        explain.transpose((2, 3), (0, 2))


def test_colours_follow_the_elements():
    """The box of an element has the same colour before and after it moves."""

    def colours(explanation):
        found, root = {}, ElementTree.fromstring(explanation.drawing.svg())
        for group in root.iter():
            parts = list(group)
            for box, text in pairwise(parts):
                if box.tag.endswith("rect") and text.tag.endswith("text"):
                    look = (box.get("fill"), box.get("fill-opacity"))
                    found.setdefault(text.text, []).append(look)
        return found

    for explanation in (explain.transpose((2, 3, 4)), explain.reshape((2, 3, 4), (4, 6))):
        found = colours(explanation)
        assert len(found) == 24
        assert all(before == after for before, after in found.values())


def test_saving(tmp_path):
    path = explain.dot((2, 3), (3, 5)).save(tmp_path / "dot.svg")
    ElementTree.parse(path)

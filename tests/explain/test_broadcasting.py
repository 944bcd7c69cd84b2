"""`explain.broadcast`: the two steps, for any two shapes, and the way out where they do not fit."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geartrain import Variable, explain, ops
from geartrain.explain import broadcasting
from geartrain.explain.explanation import Given
from geartrain.tensor import Dim

shapes = st.lists(st.integers(0, 3), max_size=4).map(tuple)


def said(capsys, a, b):
    explanation = explain.broadcast(a, b)
    assert capsys.readouterr().out == explanation.text + "\n" == f"{explanation}\n"
    root = ElementTree.fromstring(explanation.drawing.svg())
    assert explanation.summary in root.get("aria-label")
    return explanation


def test_the_book_s_example_word_for_word(capsys):
    explanation = said(capsys, (64, 3, 32, 10), (32, 10))
    assert explanation.text == (
        "a         (64, 3, 32, 10)\n"
        "b         (32, 10)\n"
        "step 1: 2 axes of size 1 are put before b\n"
        "  axis     0   1    2    3\n"
        "  a       64   3   32   10\n"
        "  b        1   1   32   10\n"
        "step 2: b is repeated 64 times along axis 0 and 3 times along axis 1\n"
        "  a       64   3   32   10\n"
        "  b       64   3   32   10\n"
        "result    (64, 3, 32, 10)"
    )
    assert explanation.shape == (64, 3, 32, 10)
    assert explanation.fits
    assert repr(explanation) == (
        "<Explanation: (64, 3, 32, 10) with (32, 10) gives (64, 3, 32, 10)>"
    )


def test_a_misfit_word_for_word(capsys):
    explanation = said(capsys, (64, 784), (64,))
    assert explanation.text == (
        "a         (64, 784)\n"
        "b         (64,)\n"
        "step 1: an axis of size 1 is put before b\n"
        "  axis     0     1\n"
        "  a       64   784\n"
        "  b        1    64\n"
        "               ^^^\n"
        "axis 1 does not fit: a has 784, b has 64, and neither is 1\n"
        "remedy:   b[:, None]"
    )
    assert explanation.shape is None
    assert not explanation.fits
    assert "remedy: b[:, None]" in explanation._repr_html_()


@given(shapes, shapes)
def test_it_agrees_with_numpy(a, b):
    explanation = broadcasting.align(Given(a), Given(b))
    try:
        expected = np.broadcast_shapes(a, b)
    except ValueError:
        expected = None
    assert explanation.result == expected


@given(shapes, shapes)
def test_remedies_that_are_expressions_work(a, b):
    alignment = broadcasting.align(Given(a), Given(b))
    if alignment.result is not None:
        return
    remedy = broadcasting.remedy(alignment)
    values = {"a": np.zeros(a), "b": np.zeros(b), "print": lambda *_: None}
    if remedy.startswith("print"):
        return
    changed = eval(remedy, values)
    other = values["b" if remedy[0] == "a" else "a"]
    assert np.broadcast_shapes(changed.shape, other.shape)


@pytest.mark.parametrize(
    ("a", "b", "remedy"),
    [
        ((2, 3), (2,), "b[:, None]"),
        ((2,), (2, 3), "a[:, None]"),
        ((5, 2, 3), (5,), "b[:, None, None]"),
        ((5, 2, 3), (5, 3), "b[:, None, :]"),
        ((3, 2), (2, 3), "b.T"),
        ((4, 2, 3), (3, 4, 2), "b.transpose(1, 2, 0)"),
        ((64, 784), (10,), "print(a.shape, b.shape), then make axis -1 of b 784 or 1"),
    ],
)
def test_remedies(a, b, remedy, capsys):
    assert said(capsys, a, b).text.endswith(f"remedy:   {remedy}")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.ones((2, 3)), [1, 2, 3]),
        (ops.convert_to_tensor([[1.0], [2.0]]), Variable([1.0, 2.0, 3.0])),
        ((2, 3), 5.0),
        (np.float32(1), np.ones((2, 3))),
    ],
)
def test_tensors_arrays_lists_and_numbers_are_taken(a, b, capsys):
    assert said(capsys, a, b).shape == (2, 3)


def test_symbols_and_empty_axes(capsys):
    batch = Dim("batch")
    assert said(capsys, (batch, 10), (10,)).shape == (batch, 10)
    assert "batch times along axis 0" in said(capsys, (batch, 10), (10,)).text
    assert said(capsys, (0, 3), (3,)).shape == (0, 3)
    assert said(capsys, (), ()).shape == ()


def test_copies_are_dashed_and_numbers_are_the_tensors(capsys):
    explanation = said(capsys, np.zeros((2, 3)), np.array([7, 8, 9]))
    text = explanation._repr_html_()
    assert text.count(">7</text>") == 2  # its own and one copy
    own = said(capsys, np.zeros((2, 3)), np.zeros((2, 3)))._repr_html_()
    assert "stroke-dasharray" in text
    assert "stroke-dasharray" not in own


@pytest.mark.parametrize("value", ["text", (2, -1), [object()]])
def test_what_is_no_shape_is_named(value):
    with pytest.raises(TypeError, match=r"neither a tensor nor a shape(.|\n)*remedy"):
        explain.broadcast(value, (3,))

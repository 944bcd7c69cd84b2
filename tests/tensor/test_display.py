"""How a tensor shows itself: in a terminal and in a notebook."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import ml_dtypes
import numpy as np
import pytest

from geartrain import Tensor, jit, ops
from geartrain.tensor.notebook import MOST_BYTES

LIMIT = 30_000
RNG = np.random.default_rng(0)

REPRS = [
    (np.float32(3.5), "<Tensor shape=(), dtype=float32, 3.5>"),
    (np.array(True), "<Tensor shape=(), dtype=bool, True>"),
    (np.array([1, -2], np.int8), "<Tensor shape=(2,), dtype=int8, [ 1, -2]>"),
    (np.array([1, 2.5], ml_dtypes.bfloat16), "<Tensor shape=(2,), dtype=bfloat16, [1. , 2.5]>"),
    (np.array([1 + 2j]), "<Tensor shape=(1,), dtype=complex128, [1.+2.j]>"),
    (np.array([np.nan, np.inf]), "<Tensor shape=(2,), dtype=float64, [nan, inf]>"),
    (np.zeros((0, 3), np.float32), "<Tensor shape=(0, 3), dtype=float32, empty>"),
    (
        np.array([[1, 2], [3, 4]]),
        "<Tensor shape=(2, 2), dtype=int64\n[[1, 2],\n [3, 4]]>",
    ),
    (
        np.arange(60000 * 4).reshape(60000, 2, 2),
        "<Tensor shape=(60000, 2, 2), dtype=int64, at [0]:\n[[0, 1],\n [2, 3]]>",
    ),
    (
        np.zeros((2, 3, 4, 5, 6), np.uint8),
        "<Tensor shape=(2, 3, 4, 5, 6), dtype=uint8, at [0, 0, 0]:\n"
        "[[0, 0, 0, 0, 0, 0],\n" + " [0, 0, 0, 0, 0, 0],\n" * 3 + " [0, 0, 0, 0, 0, 0]]>",
    ),
]


@pytest.mark.parametrize(("array", "expected"), REPRS, ids=lambda value: str(value)[:30])
def test_repr_word_for_word(array, expected):
    assert repr(Tensor(np.asarray(array))) == expected


@pytest.mark.parametrize("rank", range(8))
def test_repr_is_short_for_every_rank(rank):
    for size in (1, 3, 50):
        shape = (size,) * min(rank, 3) + (2,) * max(rank - 3, 0)
        lines = repr(Tensor(RNG.standard_normal(shape))).splitlines()
        assert len(lines) <= 14
        assert max(map(len, lines)) <= 92


def test_a_symbolic_tensor_tells_what_is_known():
    seen = []

    @jit
    def double(x):
        seen.extend([repr(x), x._repr_html_()])
        return x * 2

    double(ops.convert_to_tensor([1.0, 2.0]))
    assert seen[0] == "<Tensor shape=(2,), dtype=float32, symbolic>"
    assert "(2,)" in seen[1]
    assert "float32" in seen[1]
    assert "symbolic" in seen[1]
    assert "<img" not in seen[1]


class Page(HTMLParser):
    """Checks that elements are closed in order, and keeps what a reader gets."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.alts, self.words = [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.alts += [value for name, value in attrs if name == "alt"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def page(array):
    text = Tensor(np.asarray(array))._repr_html_()
    assert len(text) < LIMIT
    found = Page(text)
    assert "script" not in found.tags
    assert "style" not in found.tags
    assert not re.search(r"(?<!max-)(?<!-)color:", text)  # the page's own colours
    return found, "".join(found.words)


PICTURES = {
    "grey": (28, 28),
    "colour": (32, 32, 3),
    "transparent": (32, 32, 4),
    "one channel": (32, 32, 1),
    "several": (100, 28, 28),
    "several in colour": (9, 32, 32, 3),
    "channels first": (9, 3, 32, 32),
    "video": (2, 9, 32, 32, 3),
    "large": (900, 1200, 3),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_pictures(name, dtype):
    shape = PICTURES[name]
    array = RNG.random(shape) if dtype == "float32" else RNG.integers(0, 256, shape)
    found, said = page(array.astype(dtype))
    assert found.tags.count("img") == 1
    assert "picture" in found.alts[0] or "frames" in found.alts[0]
    assert str(shape).replace("'", "") in said
    assert dtype in said


def test_a_strip_says_how_many_it_shows():
    assert "the first 6 of 60,000 pictures" in page(np.ones((60000, 8, 8), np.uint8))[1]
    assert "all 3 pictures" in page(np.ones((3, 8, 8), np.uint8))[1]
    assert "thinned to 224 x 112" in page(np.ones((1000, 500), np.uint8))[1]


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (np.arange(5.0), "bars of a float64 tensor of shape (5,)"),
        (RNG.standard_normal(100_000), "bars"),
        (RNG.standard_normal((3, 4)), "table of a float64 tensor of shape (3, 4)"),
        (np.array([1 + 1j]), "bars of a complex128"),
    ],
)
def test_small_ones_are_drawn_as_lines_and_boxes(array, kind):
    text = Tensor(array)._repr_html_()
    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", text, re.DOTALL)[0])
    assert kind in svg.get("aria-label")
    page(array)


@pytest.mark.parametrize("shape", [(40, 60), (2000, 3), (3, 4, 5), (2, 3, 4, 5, 6), (1,) * 7])
def test_other_tensors_are_heat_maps(shape):
    found, _ = page(RNG.standard_normal(shape) * 5)
    assert "heat map" in found.alts[0]


def test_a_scalar_is_a_number_and_an_empty_tensor_is_nothing():
    assert page(np.float32(3.5))[1].endswith("3.5")
    assert "empty" in page(np.zeros((0, 4)))[1]


def test_what_is_not_finite_is_counted():
    array = np.ones((20, 30))
    array[0, :2], array[1, 0] = np.nan, np.inf
    assert "2 NaN, 1 infinite" in page(array)[1]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", ml_dtypes.bfloat16])
@pytest.mark.parametrize("shape", [(), (4,), (4, 4), (12, 12), (3, 12, 12)])
def test_every_dtype_is_shown(dtype, shape):
    array = RNG.integers(0, 2, shape).astype(dtype)
    assert array.dtype.name in page(array)[1]


def test_the_smallest_rendering_of_noise_fits():
    assert MOST_BYTES * 4 / 3 < LIMIT
    page(RNG.random((6, 500, 500, 4)).astype(np.float32))

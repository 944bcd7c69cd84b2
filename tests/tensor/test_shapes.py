"""Shapes and dtypes, against NumPy's rules and Keras's lattice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geartrain.tensor import Dim, as_dtype, broadcast_shapes, format_shape, promote
from geartrain.tensor.dtypes import NAMES
from geartrain.tensor.shape import infer_reshape, normalize_axes

BATCH = Dim("batch")
SHAPES = st.lists(st.sampled_from([1, 2, 3, 5]), max_size=4).map(tuple)


@given(SHAPES, SHAPES)
def test_broadcasting_is_numpys(first, second):
    try:
        expected = np.broadcast_shapes(first, second)
    except ValueError:
        with pytest.raises(ValueError, match="cannot align"):
            broadcast_shapes(first, second)
    else:
        assert broadcast_shapes(first, second) == expected


@given(SHAPES, st.randoms())
def test_reshape_finds_the_missing_size(shape, random):
    target = list(shape)
    random.shuffle(target)
    if target:
        target[random.randrange(len(target))] = -1
    assert infer_reshape(shape, target) == np.zeros(shape).reshape(target).shape


def test_symbolic_sizes():
    assert broadcast_shapes((BATCH, 3), (3,)) == (BATCH, 3)
    assert broadcast_shapes((1, 3), (BATCH, 1)) == (BATCH, 3)
    assert infer_reshape((BATCH, 28, 28), (BATCH, -1)) == (BATCH, 784)
    assert infer_reshape((BATCH, 4), (-1,)) == (Dim("batch", 4),)
    assert format_shape((BATCH, 784)) == "(batch, 784)"
    with pytest.raises(ValueError, match="cannot align"):
        broadcast_shapes((BATCH, 3), (2, 3))


def test_axes():
    assert normalize_axes((-1, 0), 3) == (0, 2)
    assert normalize_axes(None, 2) == (0, 1)
    with pytest.raises(IndexError, match="between -2 and 1"):
        normalize_axes(2, 2)
    with pytest.raises(ValueError, match="named twice"):
        normalize_axes((0, -2), 2)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("int64", "float32", "float32"),
        ("float16", "bfloat16", "float32"),
        ("bfloat16", "float32", "float32"),
        ("bool", "uint8", "uint8"),
        ("int8", "uint8", "int16"),
        ("int32", "int64", "int64"),
        ("uint64", "int8", "float32"),
        ("float32", "float64", "float64"),
        ("bfloat16", "int32", "bfloat16"),
    ],
)
def test_promotion_is_kerass(first, second, expected):
    for one, other in ((first, second), (second, first)):
        assert promote(as_dtype(one), as_dtype(other)).name == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_dtype_has_its_name(name):
    assert as_dtype(name).name == name


def test_an_unknown_dtype_names_the_nearest():
    with pytest.raises(TypeError, match="dtype='float32'"):
        as_dtype("flaot32")

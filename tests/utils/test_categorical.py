"""to_categorical, as Keras gives it; what it can't give is an error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geartrain.utils import to_categorical


def test_rows_of_zeros_with_a_one():
    assert to_categorical([0, 2]).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert to_categorical([1], num_classes=4).tolist() == [[0, 1, 0, 0]]


@pytest.mark.parametrize(
    ("x", "num_classes", "shape"),  # the shapes that Keras 3 gives
    [
        (3, None, (4,)),
        ([0, 2], None, (2, 3)),
        ([0, 2], 0, (2, 3)),
        ([[0], [2]], None, (2, 3)),
        ([[0, 1], [2, 3]], None, (2, 2, 4)),
        ([[[0], [1]]], None, (1, 2, 2)),
        ([True, False], None, (2, 2)),
        (["1", "2"], None, (2, 3)),
        ([1.0, 2.0], None, (2, 3)),
        (np.array([1, 2], "uint8"), np.int64(3), (2, 3)),
        ([], 3, (0, 3)),
        (np.zeros((0, 1)), 3, (0, 3)),
    ],
)
def test_shapes_and_dtype_are_kerass(x, num_classes, shape):
    rows = to_categorical(x, num_classes)
    assert rows.shape == shape
    assert rows.dtype == np.float64


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=3)), st.integers(256, 300))
def test_the_ones_are_where_the_numbers_say(numbers, num_classes):
    rows = to_categorical(numbers, num_classes)
    flat = rows.reshape(-1, num_classes)
    np.testing.assert_array_equal(flat.argmax(-1), numbers.ravel())
    np.testing.assert_array_equal(flat.sum(-1), 1)


@pytest.mark.parametrize(
    ("x", "num_classes", "complaint"),
    [
        ([-1, 2], None, "numbers from -1 to 2"),
        ([-1], 3, "to_categorical\\(x - -1\\)"),
        ([3], 3, "to_categorical\\(x, 4\\)"),
        ([], None, "num_classes=10"),
        ([0.5], None, "0.5 among them"),
        ([0, np.nan], None, "nan among them"),
        (["cat", "dog"], None, "invalid literal for int"),
        ([None], None, "class numbers"),
        ([2**63], None, "among them"),
        ([1], -3, "num_classes=-3"),
    ],
)
def test_numbers_that_are_no_classes(x, num_classes, complaint):
    with pytest.raises(ValueError, match=complaint):
        to_categorical(x, num_classes)


def test_a_number_of_classes_that_is_no_number():
    with pytest.raises(TypeError, match="num_classes='ten'"):
        to_categorical([1], "ten")

"""to_categorical, as Keras gives it."""

import numpy as np
import pytest

from geartrain.utils import to_categorical


def test_rows_of_zeros_with_a_one():
    assert to_categorical([0, 2]).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert to_categorical([[0], [2]]).shape == (2, 3)
    assert to_categorical(np.zeros((4, 5)), 3).shape == (4, 5, 3)
    assert to_categorical([1], num_classes=4).dtype == np.float64


@pytest.mark.parametrize(("numbers", "classes"), [([-1], None), ([3], 3), ([], None)])
def test_numbers_that_are_no_classes(numbers, classes):
    with pytest.raises(ValueError, match="to_categorical"):
        to_categorical(numbers, classes)

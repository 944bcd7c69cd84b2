"""Pooling: small windows by hand, ties, edges, and what it refuses."""

import numpy as np
import pytest

from geartrain import ops
from geartrain.autodiff import grad
from geartrain.tensor import Tensor

IMAGE = np.array([[1, 2, 3], [6, 5, 4], [7, 9, 8]], "float32")[None, :, :, None]


def flat(tensor):
    return tensor.numpy()[0, ..., 0]


def test_the_largest_and_the_mean_by_hand():
    np.testing.assert_array_equal(flat(ops.max_pool(IMAGE, 2, 1)), [[6, 5], [9, 9]])
    np.testing.assert_array_equal(flat(ops.average_pool(IMAGE, 2, 1)), [[3.5, 3.5], [6.75, 6.5]])
    np.testing.assert_array_equal(flat(ops.max_pool(IMAGE, 2)), [[6]])


def test_same_padding_counts_real_elements_only():
    np.testing.assert_array_equal(flat(ops.average_pool(IMAGE, 2, 2, "same")), [[3.5, 3.5], [8, 8]])
    np.testing.assert_array_equal(flat(ops.max_pool(-IMAGE, 2, 2, "same")), [[-1, -3], [-7, -8]])


def test_the_derivative_of_a_maximum_goes_to_the_first_that_has_it():
    ties = Tensor(np.array([[1.0, 1.0, 0.0, 0.0, 0.0]]).T[None])
    found = grad(lambda x: ops.sum(ops.max_pool(x, 2, 1)))(ties)
    np.testing.assert_array_equal(flat(found), [1, 1, 1, 1, 0])


def test_nan_is_the_largest():
    x = np.array([1.0, np.nan, 2.0, 0.0])[None, :, None]
    found = flat(ops.max_pool(x, 2))
    assert np.isnan(found[0])
    assert found[1] == 2


def test_integers_keep_their_dtype_under_a_maximum():
    x = np.arange(-8, 8).reshape(1, 4, 4, 1)
    assert ops.max_pool(x, 2).dtype == x.dtype
    np.testing.assert_array_equal(flat(ops.max_pool(x, 2)), [[-3, -1], [5, 7]])
    assert ops.average_pool(x, 2).dtype == np.float32


@pytest.mark.parametrize("sizes", [(7,), (5, 6), (3, 4, 5)])
def test_adaptive_pools_divide_each_axis_into_parts(sizes):
    x = np.random.default_rng(0).standard_normal((2, *sizes, 3))
    counts = (3, 4, 2)[: len(sizes)]
    expected_max, expected_mean = x, x
    for axis, (size, count) in enumerate(zip(sizes, counts, strict=True), 1):
        parts = [
            slice(int(np.floor(i * size / count)), int(np.ceil((i + 1) * size / count)))
            for i in range(count)
        ]
        index = [(slice(None),) * axis + (part,) for part in parts]
        expected_max = np.stack([expected_max[at].max(axis) for at in index], axis)
        expected_mean = np.stack([expected_mean[at].mean(axis) for at in index], axis)
    np.testing.assert_allclose(ops.adaptive_max_pool(x, counts).numpy(), expected_max)
    np.testing.assert_allclose(ops.adaptive_average_pool(x, counts).numpy(), expected_mean)
    moved = ops.adaptive_max_pool(np.moveaxis(x, -1, 1), counts, "channels_first").numpy()
    np.testing.assert_allclose(moved, np.moveaxis(expected_max, -1, 1))


def test_as_many_parts_as_places_change_nothing():
    x = np.random.default_rng(0).standard_normal((2, 5, 6, 1))
    np.testing.assert_array_equal(ops.adaptive_average_pool(x, (5, 6)).numpy(), x)


def test_an_infinity_stays_in_its_part():
    x = np.array([np.inf, 1.0, 2.0, 3.0, 4.0])[None, :, None]
    np.testing.assert_array_equal(flat(ops.adaptive_average_pool(x, 2)), [np.inf, 3])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ops.max_pool(IMAGE, 4), "spatial axis 0: 3 places for a window that spans 4"),
        (lambda: ops.average_pool(IMAGE, (1, 4)), "spatial axis 1"),
        (lambda: ops.max_pool(IMAGE[0, 0], 2), "rank 3, 4 or 5"),
        (lambda: ops.max_pool(IMAGE, (2, 2, 2)), "pool_size does not fit"),
        (lambda: ops.average_pool(IMAGE, 2, padding="full"), "one of: same, valid"),
        (lambda: ops.adaptive_max_pool(IMAGE, 0), "output_size does not fit"),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()

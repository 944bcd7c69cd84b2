"""Machine code reads nothing beside its arrays, whatever indices say."""

import numpy as np
import pytest

from geartrain import jit, ops

BEYOND = (4, 5, 10**9, 2**40, -(10**9))  # of an axis of 4 places


@pytest.mark.parametrize("index", BEYOND)
@pytest.mark.parametrize("shape", [(4,), (4, 3), (4, 40), (4, 3, 5)])
def test_an_index_beyond_its_axis_means_the_last_place(index, shape):
    x = np.arange(np.prod(shape), dtype="float32").reshape(shape)
    indices = np.array([1, index, 0, index, 3] * 7, np.int64)
    expected = x[np.where((indices >= 0) & (indices < 4), indices, 3)]
    found = jit(lambda x, indices: ops.take(x, indices, axis=0))(x, indices)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("index", BEYOND)
def test_so_does_one_that_is_computed_on_the_way(index):
    x = np.arange(12, dtype="float32").reshape(3, 4)
    found = jit(lambda x, i: ops.take(x, i * 2 + 1, axis=1))(x, np.array([0, 1, index], np.int64))
    np.testing.assert_array_equal(found, x[:, [1, 3, 3]])


def test_indices_in_a_product():
    """Rows that a contraction reads where they lie."""
    x, w = np.ones((4, 64), "float32"), np.ones((64, 32), "float32")
    found = jit(lambda x, i, w: ops.matmul(ops.take(x, i, axis=0), w))(x, np.array([7, -99, 2]), w)
    np.testing.assert_array_equal(found, np.full((3, 32), 64, "float32"))


def test_what_is_scattered_beyond_is_left_out():
    def gradient(table, rows):
        import geartrain

        with geartrain.GradientTape() as tape:
            tape.watch(table)
            total = ops.sum(ops.take(table, rows, axis=0))
        return tape.gradient(total, table)

    table = ops.ones((4, 3))
    found = np.asarray(jit(gradient)(table, np.array([0, 0, 3], np.int64)))
    np.testing.assert_array_equal(found[:, 0], [2, 0, 0, 1])
    beyond = np.asarray(jit(gradient)(table, np.array([0, 4, 10**9], np.int64)))
    np.testing.assert_array_equal(beyond[:, 0], [1, 0, 0, 0])

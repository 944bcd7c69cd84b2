"""Public operations, against NumPy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geartrain import jit, naive, ops

SMALL = arrays.array_shapes(min_dims=1, max_dims=4, max_side=4)
FLOATS = {"elements": st.floats(-4, 4, width=32)}


@settings(deadline=None, max_examples=50)
@given(arrays.arrays(np.float32, SMALL, **FLOATS), st.data())
def test_reductions_are_numpys(x, data):
    axis = data.draw(st.none() | st.integers(-x.ndim, x.ndim - 1))
    keep = data.draw(st.booleans())
    for name in ("sum", "max", "min", "mean", "var", "std"):
        expected = getattr(np, name)(x.astype("float64"), axis=axis, keepdims=keep)
        found = getattr(ops, name)(x, axis=axis, keepdims=keep).numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    for name in ("argmax", "argmin"):
        np.testing.assert_array_equal(
            getattr(ops, name)(x, axis=axis).numpy(), getattr(np, name)(x, axis=axis)
        )


def test_products_are_numpys():
    x = np.random.default_rng(0).uniform(0.5, 1.5, (3, 4, 2)).astype("float32")
    for axis in (None, 0, -1):
        np.testing.assert_allclose(ops.prod(x, axis).numpy(), np.prod(x, axis), rtol=1e-5)


@settings(deadline=None, max_examples=50)
@given(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4))
def test_arithmetic_broadcasts_as_numpy_does(shapes):
    rng = np.random.default_rng(0)
    x, y = (rng.uniform(0.5, 2, shape).astype("float32") for shape in shapes.input_shapes)
    for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "power", "less"):
        np.testing.assert_allclose(
            getattr(ops, name)(x, y).numpy(), getattr(np, name)(x, y), rtol=1e-5
        )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 5)),
        ((2, 3), (3, 5)),
        ((2, 3, 4), (5, 4, 6)),
        ((), (2, 3)),
    ],
)
def test_dot_has_numpys_rule_for_every_rank(first, second):
    rng = np.random.default_rng(0)
    x, y = rng.random(first), rng.random(second)
    np.testing.assert_allclose(ops.dot(x, y).numpy(), np.dot(x, y))
    np.testing.assert_allclose(naive(ops.dot)(x, y).numpy(), np.dot(x, y))


@pytest.mark.parametrize(
    ("first", "second"),
    [((2, 3), (3, 5)), ((7, 2, 3), (7, 3, 5)), ((7, 1, 2, 3), (4, 3, 5)), ((2, 3), (3,))],
)
def test_matmul_has_numpys_batches(first, second):
    rng = np.random.default_rng(0)
    x, y = rng.random(first), rng.random(second)
    np.testing.assert_allclose(ops.matmul(x, y).numpy(), np.matmul(x, y))


def test_other_products():
    x, y = np.arange(24.0).reshape(2, 3, 4), np.arange(12.0).reshape(3, 4)
    np.testing.assert_allclose(ops.tensordot(x, y, 2).numpy(), np.tensordot(x, y, 2))
    np.testing.assert_allclose(
        ops.tensordot(x, y, ([1, -1], [0, 1])).numpy(), np.tensordot(x, y, ([1, 2], [0, 1]))
    )
    np.testing.assert_allclose(ops.outer([1.0, 2.0], [3.0, 4.0]).numpy(), [[3, 4], [6, 8]])


def test_shapes():
    x = np.arange(6.0).reshape(1, 2, 3, 1)
    for found, expected in [
        (ops.squeeze(x), np.squeeze(x)),
        (ops.squeeze(x, -1), np.squeeze(x, -1)),
        (ops.expand_dims(x, -2), np.expand_dims(x, -2)),
        (ops.transpose(x), np.transpose(x)),
        (ops.transpose(x, (1, 0, 3, 2)), np.transpose(x, (1, 0, 3, 2))),
        (ops.ravel(x), np.ravel(x)),
        (ops.reshape(x, (3, -1)), x.reshape(3, -1)),
        (ops.broadcast_to([1.0, 2.0], (3, 2)), np.broadcast_to([1.0, 2.0], (3, 2))),
    ]:
        np.testing.assert_array_equal(found.numpy(), expected)


def test_choices():
    x = np.array([3.0, np.nan, 1.0, 5.0])
    np.testing.assert_array_equal(ops.argmax(x).numpy(), np.argmax(x))
    np.testing.assert_array_equal(ops.where(x > 2, x, 0.0).numpy(), np.where(x > 2, x, 0))
    np.testing.assert_array_equal(ops.clip([1.0, 5.0, 9.0], 2, 6).numpy(), [2, 5, 6])
    np.testing.assert_array_equal(ops.take([10, 20, 30], [-1, 0]).numpy(), [30, 10])
    np.testing.assert_array_equal(ops.one_hot([1, 0], 2, axis=0).numpy(), [[0, 1], [1, 0]])
    np.testing.assert_array_equal(ops.isnan(x).numpy(), np.isnan(x))
    with pytest.raises(IndexError, match="outside of its axis"):
        ops.take([1.0, 2.0], [2])


def test_softmax_neither_overflows_nor_vanishes():
    found = ops.softmax([1000.0, 1000.0, -1000.0]).numpy()
    np.testing.assert_allclose(found, [0.5, 0.5, 0])
    np.testing.assert_allclose(ops.log_softmax([1000.0, 0.0]).numpy(), [0, -1000])
    np.testing.assert_allclose(float(ops.logsumexp([1000.0, 1000.0])), 1000 + np.log(2))


def test_small_integers_and_bools_are_summed_without_overflow():
    assert float(ops.sum(np.full(1000, 200, "uint8"))) == 200_000
    assert ops.sum(np.ones(5, bool)).dtype == np.int32


@pytest.mark.parametrize("product", [ops.matmul, lambda x, y: ops.einsum("ij,jk->ik", x, y)])
def test_products_of_int8_have_room(product: Any) -> None:
    x = np.full((2, 100), 100, np.int8)
    found = product(x, x.T)
    assert found.dtype == "int32"
    np.testing.assert_array_equal(found, np.full((2, 2), 1_000_000))


def test_axes_of_unknown_size_are_reversed():
    reverse = jit(lambda x: ops.flip(x, (0, 1)))
    for rows in (3, 5):
        x = np.arange(2.0 * rows).reshape(rows, 2)
        np.testing.assert_array_equal(reverse(x), x[::-1, ::-1])


@pytest.mark.parametrize("shapes", [((5, 3), (2, 3, 4)), ((3,), (2, 3, 4)), ((2, 1, 5, 3), (3, 4))])
def test_a_matrix_times_a_batch_has_the_batch_in_front(shapes):
    x, y = (np.arange(np.prod(shape), dtype="float32").reshape(shape) for shape in shapes)
    np.testing.assert_array_equal(ops.matmul(x, y).numpy(), x @ y)


def test_half_floats_stay_what_they_are():
    for name in ("softplus", "log_sigmoid", "trapezoid"):
        for dtype in ("float16", "bfloat16"):
            assert getattr(ops, name)(ops.cast([0.5, 1.0], dtype)).dtype.name == dtype, (
                name,
                dtype,
            )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_products_of_half_floats_are_added_up_in_float32(dtype, monkeypatch):
    """NumPy multiplies half floats one by one, hundreds of times slower than it need be."""
    seen = []
    matmul = np.matmul
    monkeypatch.setattr(np, "matmul", lambda x, y: seen.append(x.dtype.name) or matmul(x, y))
    ones = ops.cast(np.ones((2, 4096)), dtype)
    product = ops.matmul(ones, ops.transpose(ones))
    assert product.dtype.name == dtype
    assert product.numpy().astype("float32").tolist() == [[4096.0, 4096.0]] * 2
    assert seen == ["float32"]
    big = ops.cast([[300.0]], "float16")
    assert np.isinf(ops.matmul(big, big).numpy()).all()


def test_limits_of_arange_say_its_dtype():
    three = ops.cast(3, "int8")
    found = [ops.arange(three), ops.arange(0, three), ops.arange(0.0, three), ops.arange(True, 3)]
    assert [each.dtype.name for each in found] == ["int8", "int8", "float32", "int32"]


def test_bincount_takes_any_whole_numbers_and_promotes_weights():
    numbers = np.array([1, 2, 2], "uint8")
    assert ops.bincount(numbers).numpy().tolist() == [0, 1, 2]
    assert ops.bincount(numbers, weights=np.ones(3, "int16")).dtype.name == "int16"


def test_relu6_keeps_whole_numbers():
    found = ops.relu6(np.array([-3, 4, 9], "int8"))
    assert (found.dtype.name, found.numpy().tolist()) == ("int8", [0, 4, 6])

"""Products with rows of a single one read and add the rows that are meant."""

import numpy as np
import pytest

from geartrain import GradientTape, jit, layers, ops
from geartrain.compiler.graphs.simplify import simplify
from geartrain.graph import trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Dim
from geartrain.tensor.dtypes import FLOAT32, INT32

PLACES = 100
rng = np.random.default_rng(0)
NUMBERS = rng.integers(0, PLACES, (3, 5)).astype("int32")
NUMBERS[0, 0], NUMBERS[1, 2], NUMBERS[2, :2] = -1, PLACES, NUMBERS[0, 1]  # no place; twice one
MATRIX = rng.normal(size=(PLACES, 4)).astype("float32")


def read(numbers, matrix):
    return ops.matmul(ops.one_hot(numbers, PLACES), matrix)


def read_by_einsum(numbers, matrix):
    return ops.einsum("btf,fg->tgb", ops.one_hot(numbers, PLACES), matrix)


def read_from_the_left(numbers, matrix):
    return ops.einsum("gf,bft->btg", ops.transpose(matrix), ops.one_hot(numbers, PLACES, axis=1))


def slopes(numbers, matrix):
    with GradientTape() as tape:
        tape.watch(matrix)
        y = ops.sum(ops.square(read(numbers, matrix)))
    return tape.gradient(y, matrix)


def names(function, places=PLACES):
    specs = Spec((Dim("batch"), 5), INT32), Spec((places, 4), FLOAT32)
    return [each.label for each in simplify(trace(function, specs)).nodes() if each.primitive]


@pytest.mark.parametrize("function", [read, read_by_einsum, read_from_the_left, slopes])
def test_the_same_numbers_without_a_product(function):
    assert "contract" not in names(function)
    tensors = map(ops.convert_to_tensor, (NUMBERS, MATRIX))
    found = jit(function)(NUMBERS, MATRIX)
    np.testing.assert_allclose(found.numpy(), function(*tensors).numpy(), rtol=1e-6, atol=1e-7)


def test_rows_are_read_or_added():
    assert "gather" in names(read)
    assert "scatter_add" not in names(read)
    assert "scatter_add" in names(slopes)


def test_numbers_that_name_no_place_have_zeros():
    found = jit(read)(NUMBERS, MATRIX).numpy()
    assert not found[0, 0].any()
    assert not found[1, 2].any()
    assert found[0, 1].any()


def test_few_places_and_other_products_stay():
    few = 10
    assert "contract" in names(lambda i, w: ops.matmul(ops.one_hot(i, few), w), few)
    squared = names(lambda i, w: ops.matmul(ops.one_hot(i, PLACES) * 2.0, w))
    assert "contract" in squared
    alike = names(lambda i, w: ops.einsum("btf,btf->bt", ops.one_hot(i, PLACES), ops.take(w, i, 0)
                                          @ ops.transpose(w)))  # fmt: skip
    assert "contract" in alike


def test_a_recurrent_layer_of_words():
    layer = layers.Bidirectional(layers.LSTM(3))
    layer.build((None, 5, PLACES))
    weights = layer.trainable_weights

    def step(numbers):
        with GradientTape() as tape:
            loss = ops.sum(ops.square(layer(ops.one_hot(numbers, PLACES))))
        return [loss, *tape.gradient(loss, weights)]

    eager = step(ops.convert_to_tensor(NUMBERS))
    for one, other in zip(jit(step)(NUMBERS), eager, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-6)

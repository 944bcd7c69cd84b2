"""Products with what `one_hot` and rows of `eye` make: rows are read, and sums are scattered."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from geartrain import GradientTape, jit, ops
from geartrain.compiler.graphs.simplify import simplify
from geartrain.graph import trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import FLOAT32, INT32

CLASSES = 70


def of_unit_rows(words: Tensor) -> Tensor:
    rows = ops.take(ops.eye(CLASSES), ops.reshape(words, (-1,)), axis=0)
    return ops.reshape(rows, (*words.shape, CLASSES))


WAYS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "one_hot": lambda words, w: ops.matmul(ops.one_hot(words, CLASSES), w),
    "rows of eye": lambda words, w: ops.matmul(of_unit_rows(words), w),
    "classes in the middle": lambda words, w: ops.einsum(
        "nck,cj->nkj", ops.one_hot(words, CLASSES, axis=1), w
    ),
    "turned": lambda words, w: ops.matmul(ops.transpose(ops.one_hot(words, CLASSES), (1, 0, 2)), w),
    "from the right": lambda words, w: ops.einsum("cj,nkc->jnk", w, ops.one_hot(words, CLASSES)),
}


def product_and_derivative(
    way: Callable[[Tensor, Tensor], Tensor], words: Tensor, w: Tensor
) -> tuple[Tensor, Tensor]:
    with GradientTape() as tape:
        tape.watch(w)
        product = way(words, w)
        total = ops.sum(ops.sin(product))
    return product, tape.gradient(total, w)


def labels(function: Callable[..., object], *specs: Spec) -> list[str]:
    return [each.label for each in simplify(trace(function, specs)).nodes()]


def data() -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    words = rng.integers(0, CLASSES, (3, 5)).astype("int32")
    return words, rng.normal(size=(CLASSES, 4)).astype("float32")


@pytest.mark.parametrize("name", WAYS)
def test_the_numbers_are_those_of_the_product(name: str) -> None:
    words, w = data()
    compiled = jit(lambda *each: product_and_derivative(WAYS[name], *each))(words, w)
    plain = product_and_derivative(WAYS[name], Tensor(words), Tensor(w))
    np.testing.assert_array_equal(compiled[0], plain[0])
    np.testing.assert_allclose(compiled[1], plain[1], rtol=1e-6)


@pytest.mark.parametrize("name", WAYS)
def test_nothing_is_multiplied(name: str) -> None:
    specs = Spec((3, 5), INT32), Spec((CLASSES, 4), FLOAT32)
    found = labels(lambda *each: product_and_derivative(WAYS[name], *each), *specs)
    assert "contract" not in found
    assert {"take", "scatter_rows"} <= set(found)


def test_numbers_beside_the_classes_choose_nothing() -> None:
    words = np.array([[-1, 2, CLASSES], [CLASSES + 9, 69, -80]], "int32")
    _, w = data()
    way = WAYS["one_hot"]
    compiled = jit(lambda *each: product_and_derivative(way, *each))(words, w)
    expected = np.zeros((2, 3, 4), "float32")
    expected[0, 1], expected[1, 1] = w[2], w[69]
    np.testing.assert_array_equal(compiled[0], expected)
    sums = np.zeros_like(w)
    sums[[2, 69]] = np.cos(w[[2, 69]])
    np.testing.assert_allclose(compiled[1], sums, rtol=1e-6)


def test_few_classes_and_other_ones_and_zeros_are_multiplied() -> None:
    words, w, mask = Spec((3,), INT32), Spec((10, 4), FLOAT32), Spec((3, CLASSES), INT32)
    few = labels(lambda n, w: ops.matmul(ops.one_hot(n, 10), w), words, w)
    assert "contract" in few
    wide = Spec((CLASSES, 4), FLOAT32)
    ones = labels(lambda m, w: ops.matmul(ops.cast(ops.equal(m, 1), FLOAT32), w), mask, wide)
    assert "contract" in ones
    both = labels(lambda n, w: ops.matmul(ops.one_hot(n, CLASSES) * 2.0, w), words, wide)
    assert "contract" in both


def test_a_bag_of_words_is_summed_as_it_was() -> None:
    """The axis of the words is summed over as well: more than one row is chosen."""
    specs = Spec((3, 5), INT32), Spec((CLASSES, 4), FLOAT32)
    found = labels(lambda n, w: ops.einsum("nkc,cj->nj", ops.one_hot(n, CLASSES), w), *specs)
    assert "contract" in found or "sum" in found
    words, w = data()
    compiled = jit(lambda n, w: ops.einsum("nkc,cj->nj", ops.one_hot(n, CLASSES), w))(words, w)
    np.testing.assert_allclose(compiled, w[words].sum(1), rtol=1e-5, atol=1e-6)


def test_any_number_of_rows() -> None:
    _, w = data()
    step = jit(lambda n, w: ops.matmul(ops.one_hot(n, CLASSES), w))
    for count in (3, 8, 1):
        words = np.arange(count, dtype="int32") * 7
        np.testing.assert_array_equal(step(words, w), w[words])

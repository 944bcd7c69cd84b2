"""What used to be host calls: one kernel, no host call, and the numbers of the eager way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from geartrain import jit, ops, random
from geartrain.autodiff import grad
from geartrain.compiler.form.exprs import Axis, literal, place
from geartrain.compiler.form.loops import apply, limits
from geartrain.compiler.form.printing import format_expr
from geartrain.primitives import random_bits, scatter_rows
from geartrain.runtime import set_num_threads
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import INT64


def floats(*shape: int) -> Array:
    return np.random.default_rng(len(shape)).standard_normal(shape, np.float32)


def kernels_of(compiled: Any) -> int:
    """How many kernels the one program of a jitted function has."""
    (program,) = compiled.programs
    return sum(len(stage) for stage in program.schedule.stages)


ONE_KERNEL: dict[str, tuple[Callable[..., Tensor], tuple[int, ...]]] = {
    "pad": (lambda x: ops.pad(ops.relu(x), ((1, 1), (0, 2))), (5, 33)),
    "pad twice": (lambda x: ops.pad(ops.pad(x, 1), ((0, 0), (2, 0))), (5, 7)),
    "concatenate rows": (lambda x: ops.concatenate([x, x * 2, x - 1], 0), (3, 17)),
    "concatenate columns": (lambda x: ops.concatenate([x, x * 2], 1) + 1, (3, 17)),
    "roll": (lambda x: ops.roll(x, 3, 1), (4, 20)),
    "flip": (lambda x: ops.flip(x, 1) * 2, (4, 37)),
    "every third": (lambda x: x[:, 1::3] * 2, (4, 37)),
    "lower triangle": (ops.tril, (9, 9)),
    "one hot": (lambda x: ops.one_hot(ops.cast(ops.abs(x), "int32"), 4), (6, 5)),
    "stack": (lambda x: ops.stack([x, -x], 1), (6, 5)),
    "largest of windows": (lambda x: ops.max_pool(x[None], 2), (6, 8, 16)),
    "means of padded windows": (
        lambda x: ops.average_pool(x[None], 3, 1, padding="same"),
        (6, 8, 16),
    ),
    "totals of rows": (lambda x: ops.cumsum(x, 1) * 2, (6, 21)),
    "totals of columns": (lambda x: ops.cumsum(ops.exp(x), 0), (6, 21)),
    "totals backwards": (lambda x: ops.flip(ops.cumsum(ops.flip(x, 0), 0), 0) * 1, (6, 21)),
    "quotients": (lambda x: ops.floor_divide(x, x * x + 0.1) + ops.mod(x, 0.3), (6, 21)),
    "dropout": (lambda x: random.dropout(x, 0.5, seed=3), (8, 64)),
    "normal": (lambda x: x + random.normal((8, 10), seed=3), (8, 10)),
}


@pytest.mark.parametrize("name", ONE_KERNEL)
def test_it_is_one_kernel_with_the_eager_numbers(name: str) -> None:
    function, shape = ONE_KERNEL[name]
    x = floats(*shape)
    compiled = jit(function)
    np.testing.assert_allclose(compiled(x), function(Tensor(x)), rtol=2e-6, atol=1e-6)
    assert not compiled.host_calls
    assert kernels_of(compiled) <= (2 if name in ("totals backwards", "pad twice") else 1)


def test_the_gradient_of_pooling_is_two_kernels() -> None:
    """The largest elements come with their taps; then each element asks the window over it."""
    x = floats(2, 6, 8, 16)
    slope = grad(lambda t: ops.sum(ops.square(ops.max_pool(t, 2))))
    compiled = jit(slope)
    np.testing.assert_array_equal(compiled(x), slope(Tensor(x)))
    assert kernels_of(compiled) == 2


def test_a_guard_keeps_what_lies_outside_from_being_loaded() -> None:
    """An infinity beside the window would show, multiplied by a mask of zeros."""
    x = np.full((40, 40), np.inf, np.float32)
    padded = np.asarray(jit(lambda t: ops.pad(t[1:-1, 1:-1], 1))(x))
    assert (padded[[0, -1]] == 0).all()
    assert (padded[1:-1, 1:-1] == np.inf).all()


@pytest.mark.parametrize("shape", [(3,), (0, 4), (5, 33), (7, 3, 2), (64, 64)])
def test_random_words_are_the_eager_ones(shape: tuple[int, ...]) -> None:
    key = np.array([2**63 + 5, 11], np.uint64)

    def transposed(k: Tensor) -> tuple[Tensor, ...]:
        bits = random_bits(k, shape=shape)
        return bits, ops.transpose(bits), bits[..., ::2] ^ np.uint32(1)

    compiled = jit(transposed)
    for found, expected in zip(compiled(key), transposed(Tensor(key)), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert not compiled.host_calls


def test_scattered_updates_are_added_in_order_by_any_number_of_workers() -> None:
    rng = np.random.default_rng(0)
    updates = (rng.standard_normal((3000, 33)) * 10.0 ** rng.integers(-6, 6, (3000, 1))).astype("f")
    rows = rng.integers(0, 50, 3000)
    expected = np.zeros((50, 33), np.float32)
    np.add.at(expected, rows, updates)
    compiled = jit(lambda u, i: scatter_rows(u, i, size=50))
    try:
        for threads in (1, 2, 3):
            set_num_threads(threads)
            np.testing.assert_array_equal(compiled(updates, rows), expected)
    finally:
        set_num_threads(None)
    assert not compiled.host_calls


@pytest.mark.parametrize("shape", [(5, 1), (1, 5), (4, 1, 3)])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_walk_knows_its_axis_beside_axes_of_one_place(shape: tuple[int, ...], axis: int) -> None:
    """A value and its transpose lie at one place if their long axes do."""

    def function(x: Tensor) -> Tensor:
        return ops.transpose(ops.cumsum(ops.cumprod(x, axis), axis) + 1.0)

    x = floats(*shape)
    np.testing.assert_allclose(jit(function)(x), function(Tensor(x)), rtol=1e-6)
    slope = grad(lambda t: ops.sum(ops.square(function(t))))
    np.testing.assert_allclose(jit(slope)(x), slope(Tensor(x)), rtol=1e-5, atol=1e-6)


def test_a_reduction_over_one_element_may_need_a_number_first() -> None:
    def function(x: Tensor, y: Tensor) -> Tensor:
        return ops.sum(x * (1.0 / ops.sum(y)), axis=0)

    x, y = floats(4, 1), floats(3)
    compiled = jit(function)
    np.testing.assert_allclose(compiled(x, y), function(Tensor(x), Tensor(y)), rtol=1e-6)


i, j = place(Axis("i", 6)), place(Axis("j", 4))


def whole(number: int) -> Any:
    return literal(number, INT64)


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (apply("subtract", apply("add", i, whole(3)), whole(3)), "i"),
        (apply("less", apply("subtract", i, whole(1)), whole(6)), "True"),
        (apply("less_equal", whole(0), apply("subtract", i, whole(1))), "less_equal(0, (i + -1))"),
        (apply("floor_divide", apply("subtract", i, whole(1)), whole(8)), "((i + -1) // 8)"),
        (apply("remainder", apply("add", apply("multiply", i, whole(4)), j), whole(4)), "j"),
        (apply("logical_and", apply("less", i, whole(6)), apply("less", j, whole(2))), "(j < 2)"),
    ],
    ids=str,
)
def test_index_laws_know_what_lies_below_zero(expr: Any, text: str) -> None:
    found = format_expr(expr)
    assert found == text or (text == "(i + -1) >= 0" and found == "less_equal(0, (i + -1))")


def test_limits_are_those_of_the_numbers() -> None:
    steps = apply("add", apply("multiply", i, whole(-2)), whole(10))
    assert limits(steps) == (0, 10)
    assert limits(apply("floor_divide", apply("add", i, whole(-1)), whole(2))) == (-1, 2)

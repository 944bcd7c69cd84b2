"""Reshapes that split an axis and put it together again: divisions that are not needed go."""

from __future__ import annotations

import numpy as np
import pytest

from geartrain import GradientTape, jit, layers, ops
from geartrain.compiler.form.exprs import Axis, load, place
from geartrain.compiler.form.kernels import format_kernels
from geartrain.compiler.form.loops import INT64, apply, literal
from geartrain.graph import Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import FLOAT32

J, K = Axis("j", 32), Axis("k", 64)


def number(value: int):
    return literal(value, INT64)


def flat(*terms):
    total = terms[0]
    for each in terms[1:]:
        total = apply("add", total, each)
    return total


def test_a_place_is_split_where_a_sum_is_divided() -> None:
    whole = flat(apply("multiply", place(J), number(64)), place(K))
    quotient, rest = (apply(op, whole, number(8)) for op in ("floor_divide", "remainder"))
    assert rest is apply("remainder", place(K), number(8))
    eighth = apply("floor_divide", place(K), number(8))
    assert quotient is flat(apply("multiply", place(J), number(8)), eighth)
    assert apply("floor_divide", quotient, number(8)) is place(J)
    assert apply("remainder", quotient, number(8)) is eighth


def test_a_quotient_and_its_rest_are_put_together() -> None:
    quotient, rest = (apply(op, place(K), number(8)) for op in ("floor_divide", "remainder"))
    assert flat(apply("multiply", quotient, number(8)), rest) is place(K)
    assert flat(apply("multiply", quotient, number(4)), rest) is not place(K)


def test_other_sums_stay() -> None:
    both = flat(place(J), place(K))
    found = apply("floor_divide", both, number(8))
    assert found.what == "floor_divide"
    assert found.args[0] is both
    node = Node(Role.INPUT, Spec((8,), INT64), label="x")
    data = flat(apply("multiply", load(node, (place(J),)), number(8)), place(K))
    assert apply("floor_divide", data, number(8)).what in ("add", "floor_divide")


@pytest.mark.parametrize("groups", [1, 4, 8])
def test_group_normalization_reads_rows_in_order(groups: int) -> None:
    layer = layers.GroupNormalization(groups)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 6, 5, 64)).astype("float32")
    dy = rng.standard_normal(x.shape).astype("float32")
    layer(x)

    def step(x: Tensor, dy: Tensor) -> tuple[Tensor, ...]:
        with GradientTape() as tape:
            tape.watch(x)
            y = layer(x)
            loss = ops.sum(y * dy)
        return y, *tape.gradient(loss, [x, *layer.trainable_variables])

    compiled = jit(step)
    for each, other in zip(compiled(x, dy), step(Tensor(x), Tensor(dy)), strict=True):
        np.testing.assert_allclose(each, other, rtol=2e-4, atol=2e-4)
    program = compiled.programs[0]
    kernels = [task.kernel for _, task in program.tasks()]
    statistics = [each for each in kernels if each.root is not None and len(each.root.all) > 1]
    text = format_kernels(kernels)
    assert "// 6" not in text.replace("// 64", "")
    assert "// 5" not in text
    assert statistics, text


def test_heads_are_split_and_joined() -> None:
    x = np.random.default_rng(0).standard_normal((2, 5, 48)).astype("float32")

    def heads(x: Tensor) -> Tensor:
        split = ops.reshape(x, (2, 5, 6, 8))
        return ops.reshape(ops.exp(split) * ops.tanh(split), (2, 5, 48)) + x

    compiled = jit(heads)
    np.testing.assert_allclose(compiled(x), np.exp(x) * np.tanh(x) + x, rtol=1e-5, atol=1e-6)
    assert "gather" not in compiled.programs[0].ir
    assert compiled.programs[0].graph.outputs[0].dtype == FLOAT32

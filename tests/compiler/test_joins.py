"""Concatenations whose parts are stored side by side where they are computed."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, jit, ops
from geartrain.compiler.form.kernels import Kernel
from geartrain.compiler.fusion.fuse import fuse
from geartrain.compiler.fusion.joins import Join
from geartrain.compiler.graphs.simplify import simplify
from geartrain.graph import trace
from geartrain.primitives import Spec

F32 = np.dtype("float32")
X = np.random.default_rng(0).normal(size=(5, 12)).astype("float32")


def slope_through_a_split(x, axis=-1):
    with GradientTape() as tape:
        tape.watch(x)
        a, b, c = ops.split(x, 3, axis=axis)
        total = ops.sum(ops.exp(a) * ops.tanh(b) + ops.sin(c))
    return tape.gradient(total, x)


def kernels_of(function, *shapes):
    return fuse(simplify(trace(function, [Spec(shape, F32) for shape in shapes])))


def test_the_derivative_of_a_split_is_a_join():
    kernels = kernels_of(slope_through_a_split, (5, 12))
    (join,) = (each for each in kernels if isinstance(each, Join))
    assert len(join.loaded()) == 3
    assert all("embed" not in each.text() for each in kernels if isinstance(each, Kernel))


@pytest.mark.parametrize("axis", [0, 1])
def test_parts_lie_side_by_side_along_any_axis(axis):
    x = X[:, :9].T if axis == 0 else X
    found = jit(lambda x: slope_through_a_split(x, axis))(x)
    expected = slope_through_a_split(ops.convert_to_tensor(x), axis)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=2e-6)


def test_a_join_is_used_by_others_and_returned():
    def function(x):
        joined = ops.concatenate([ops.exp(x), ops.tanh(x) * 2.0, x + 1.0], -1)
        return joined, ops.matmul(joined, ops.transpose(joined)), ops.sum(joined, 0)

    eager = function(ops.convert_to_tensor(X))
    for ours, theirs in zip(jit(function)(X), eager, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("reads", ["whole", "own place"])
def test_a_variable_may_become_a_join_of_what_it_was(reads):
    state = Variable(X)

    def step(x):
        old = ops.flip(state.value, 1) if reads == "whole" else state.value
        state.assign(ops.concatenate([old[:, :6] * x, old[:, 6:] + x], -1))

    x = X[:, :6] * 0.5
    compiled = jit(step)
    expected = X
    for _ in range(2):
        compiled(x)
        old = expected[:, ::-1] if reads == "whole" else expected
        expected = np.concatenate([old[:, :6] * x, old[:, 6:] + x], -1)
    np.testing.assert_allclose(state.numpy(), expected, rtol=1e-6)


def test_parts_that_others_use_are_copied():
    kernels = kernels_of(lambda x: (y := ops.exp(x), ops.concatenate([y, x * 2.0], -1)), (5, 4))
    assert not any(isinstance(each, Join) for each in kernels)


def test_parts_that_overlap_or_leave_gaps_are_added():
    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)
            total = ops.sum(ops.exp(x[:, :5]) * 2.0) + ops.sum(ops.tanh(x[:, 4:9]))
        return tape.gradient(total, x)

    assert not any(isinstance(each, Join) for each in kernels_of(slope, (5, 12)))
    np.testing.assert_allclose(
        jit(slope)(X).numpy(), slope(ops.convert_to_tensor(X)).numpy(), rtol=1e-6
    )

"""Poolings: what their derivatives ask for, and the numbers that come of it."""

from __future__ import annotations

import numpy as np
import pytest

from geartrain import GradientTape, jit, ops
from geartrain.compiler.graphs.simplify import simplify
from geartrain.graph import Node, trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import FLOAT32

WINDOWS = [(2, 2, "valid"), (2, 2, "same"), (3, 2, "valid"), (3, 1, "same"), (2, 3, "valid")]


def numbers(*shape: int) -> Array:
    """Numbers with ties, zeros and negative ones among them."""
    return np.random.default_rng(len(shape)).integers(-3, 4, shape).astype("float32")


def derivatives(
    x: Tensor, b: Tensor, weights: Tensor, window: tuple[int, int, str]
) -> tuple[Tensor, Tensor]:
    size, stride, padding = window
    with GradientTape() as tape:
        tape.watch(x)
        tape.watch(b)
        y = ops.max_pool(ops.relu(x + b), size, stride, padding)
        total = ops.sum(y * weights)
    return tape.gradient(total, [x, b])


def nodes(window: tuple[int, int, str], shape: tuple[int, ...]) -> dict[str, Node]:
    pooled = ops.max_pool(numbers(*shape), *window).shape
    specs = [Spec(each, FLOAT32) for each in (shape, shape[-1:], pooled)]
    graph = simplify(trace(lambda *each: derivatives(*each, window), specs))
    return {each.label: each for each in graph.nodes() if each.inputs}


@pytest.mark.parametrize("window", WINDOWS)
def test_derivatives_are_those_of_the_definition(window: tuple[int, int, str]) -> None:
    x, b = numbers(2, 7, 8, 5), numbers(5)
    weights = numbers(*ops.max_pool(x, *window).shape)
    compiled = jit(lambda *each: derivatives(*each, window))(x, b, weights)
    plain = derivatives(Tensor(x), Tensor(b), Tensor(weights), window)
    for each, other in zip(compiled, plain, strict=True):
        np.testing.assert_array_equal(each, other)


def test_a_nan_is_the_largest_and_lets_nothing_through() -> None:
    x, b = numbers(1, 4, 4, 1), np.zeros(1, "float32")
    x[0, 1, 1, 0] = np.nan
    window, weights = (2, 2, "valid"), np.ones((1, 2, 2, 1), "float32")
    compiled = jit(lambda *each: derivatives(*each, window))(x, b, weights)
    plain = derivatives(Tensor(x), Tensor(b), Tensor(weights), window)
    np.testing.assert_array_equal(compiled[0], plain[0])
    np.testing.assert_array_equal(compiled[1], plain[1])


@pytest.mark.parametrize("window", WINDOWS)
def test_the_way_back_asks_for_what_the_pooling_gave_alone(window: tuple[int, int, str]) -> None:
    found = nodes(window, (2, 7, 8, 5))
    assert found["relu_gradient"].shape == found["window_max"].shape
    assert found["relu_gradient"].inputs[1] is found["window_max"]
    spread = [each for each in found.values() if each.label == "window_spread"]
    assert all(found["relu"] not in each.inputs for each in spread)


def test_what_is_spread_is_summed_before_unless_windows_reach_over_the_edge() -> None:
    inside, over = (nodes(each, (2, 7, 8, 5))["sum"] for each in WINDOWS[:2])
    assert inside.inputs[0].label == "relu_gradient"
    assert over.inputs[0].label == "window_spread"

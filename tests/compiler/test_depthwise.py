"""The weights' gradient of a depthwise convolution: sums along the channels, one for each tap."""

from __future__ import annotations

import numpy as np
import pytest

from geartrain import GradientTape, jit, ops
from geartrain.compiler.graphs.simplify import simplify
from geartrain.graph import trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import FLOAT32

WAYS = {
    "same": {"padding": "same"},
    "valid": {"padding": "valid"},
    "strides": {"strides": 2, "padding": "same"},
    "wide strides": {"strides": 3, "padding": "valid"},
    "dilation": {"dilation_rate": 2, "padding": "same"},
}
SIZES = {1: (13,), 2: (11, 10)}
KERNELS = {1: (4,), 2: (3, 2)}


def by_kernel(x: Tensor, w: Tensor, way: str) -> Tensor:
    with GradientTape() as tape:
        tape.watch(w)
        found = ops.depthwise_conv(x, w, **WAYS[way])
        total = ops.sum(found * found)
    return tape.gradient(total, w)


def given(rank: int, channels: int, features: int) -> list[np.ndarray]:
    rng = np.random.default_rng(rank)
    shapes = (3, *SIZES[rank], channels), (*KERNELS[rank], channels, features)
    return [rng.normal(size=each).astype("float32") for each in shapes]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("channels", [5, 20])
@pytest.mark.parametrize("rank", [1, 2])
def test_they_give_the_eager_numbers(rank: int, channels: int, way: str) -> None:
    x, w = given(rank, channels, 1)
    expected = by_kernel(*map(ops.convert_to_tensor, (x, w)), way).numpy()
    compiled = jit(lambda x, w: by_kernel(x, w, way), symbolic={"x": {0: "batch"}})
    np.testing.assert_allclose(compiled(x, w), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("channels", "features", "sums"), [(20, 1, 6), (5, 1, 0), (20, 2, 0)])
def test_there_is_a_sum_for_each_tap_where_channels_fill_a_vector(
    channels: int, features: int, sums: int
) -> None:
    specs = [Spec(each.shape, FLOAT32) for each in given(2, channels, features)]
    graph = simplify(trace(lambda x, w: by_kernel(x, w, "same"), specs))
    labels = [each.label for each in graph.nodes()]
    assert labels.count("sum") == sums
    products = [each for each in labels if each.startswith("convolve")]
    assert len(products) == (1 if sums else 2)  # forward, and the derivative


def test_groups_of_several_channels_are_no_depthwise_kernel() -> None:
    rng = np.random.default_rng(0)
    shapes = (3, 9, 8, 16), (3, 2, 2, 8)  # in 8 groups of 2 channels, each with one feature
    x, w = (rng.normal(size=each).astype("float32") for each in shapes)

    def gradient(x: Tensor, w: Tensor) -> Tensor:
        with GradientTape() as tape:
            tape.watch(w)
            total = ops.sum(ops.square(ops.conv(x, w)))
        return tape.gradient(total, w)

    expected = gradient(*map(ops.convert_to_tensor, (x, w))).numpy()
    np.testing.assert_allclose(jit(gradient)(x, w), expected, rtol=1e-4, atol=1e-4)

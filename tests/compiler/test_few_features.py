"""The weights' gradient of a convolution to few features: images and cotangent change places."""

from __future__ import annotations

import numpy as np
import pytest

from geartrain import GradientTape, jit, ops
from geartrain.compiler.graphs.simplify import simplify
from geartrain.graph import trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import FLOAT32

SIZES = {1: (11,), 2: (9, 7), 3: (5, 4, 6)}
KERNELS = {1: (4,), 2: (3, 2), 3: (2, 3, 1)}


def by_weights(x: Tensor, w: Tensor, y: Tensor, padding: str) -> Tensor:
    with GradientTape() as tape:
        tape.watch(w)
        total = ops.sum(ops.conv(x, w, padding=padding) * y)
    return tape.gradient(total, w)


def shapes(rank: int, channels: int, features: int, padding: str) -> list[tuple[int, ...]]:
    sizes, kernel = SIZES[rank], KERNELS[rank]
    lost = zip(sizes, kernel, strict=True)
    places = sizes if padding == "same" else tuple(size - taps + 1 for size, taps in lost)
    return [(3, *sizes, channels), (*kernel, channels, features), (3, *places, features)]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("features", [1, 3])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_they_give_the_eager_numbers(rank: int, features: int, padding: str) -> None:
    rng = np.random.default_rng(rank)
    given = [
        rng.normal(size=each).astype("float32") for each in shapes(rank, 20, features, padding)
    ]

    def gradient(x: Tensor, w: Tensor, y: Tensor) -> Tensor:
        return by_weights(x, w, y, padding)

    expected = gradient(*map(ops.convert_to_tensor, given)).numpy()
    compiled = jit(gradient, symbolic={"x": {0: "batch"}, "y": {0: "batch"}})
    np.testing.assert_allclose(compiled(*given), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("channels", "features", "places"), [(20, 1, 1), (3, 4, 3), (20, 8, 20)])
def test_the_channels_are_the_columns_where_features_are_few(
    channels: int, features: int, places: int
) -> None:
    specs = [Spec(each, FLOAT32) for each in shapes(2, channels, features, "same")]
    graph = simplify(trace(lambda *each: by_weights(*each, "same"), specs))
    (found,) = [each for each in graph.nodes() if each.label == "convolve"]
    assert found.shape[0] == places  # what takes the batch's place: features, or channels

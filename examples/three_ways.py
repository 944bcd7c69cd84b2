"""One function, three ways to run it: eagerly on NumPy, as plain loops, and as machine code."""

from functools import partial
from timeit import repeat

import numpy as np

from geartrain import jit, naive, ops


def layer(x, kernel, bias):
    """A dense layer: relu(dot(x, kernel) + bias)."""
    return ops.relu(ops.matmul(x, kernel) + bias)


rng = np.random.default_rng(0)
x = rng.standard_normal((8, 30)).astype("float32")
kernel = rng.standard_normal((30, 20)).astype("float32")
bias = rng.standard_normal(20).astype("float32")

eager = layer(x, kernel, bias)
compiled_layer = jit(layer)
compiled_layer(x, kernel, bias)  # the first call compiles
for name, function in [
    ("eager", layer),
    ("naive loops", naive(layer)),
    ("compiled", compiled_layer),
]:
    microseconds = min(repeat(partial(function, x, kernel, bias), number=1, repeat=20)) * 1e6
    same = np.allclose(function(x, kernel, bias), eager, rtol=1e-5, atol=1e-5)
    print(f"{name:<12} {microseconds:10.0f} us   the same numbers: {same}")

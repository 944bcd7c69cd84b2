"""Results that no cache holds are stored past the caches."""

from dataclasses import replace

import numpy as np
import pytest

from geartrain import ops, runtime
from geartrain.compiler import compile_graph
from geartrain.compiler.programs import passes
from geartrain.graph import trace
from geartrain.primitives import Spec

F32 = np.dtype("float32")
LANES = 16


@pytest.fixture
def small_cache(monkeypatch):
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    cpu = replace(passes.target_cpu(), l3_bytes=4096)
    monkeypatch.setattr(passes, "target_cpu", lambda: cpu)


def compiled(function, *shapes):
    return compile_graph(trace(function, [Spec(shape, F32) for shape in shapes]))


@pytest.mark.parametrize("shape", [(40, 5 * LANES), (3, 4, 7 * LANES), (8000 * LANES,)])
def test_large_results_are_streamed(small_cache, shape):
    made = compiled(lambda x, y: ops.relu(x) + y, shape, shape)
    assert "!nontemporal" in made.ir
    assert "fence seq_cst" in made.ir
    x, y = np.random.default_rng(0).uniform(-1, 1, (2, *shape)).astype("float32")
    for threads in (1, 2, 3):
        runtime.set_num_threads(threads)
        np.testing.assert_array_equal(made.run([x, y])[0], np.maximum(x, 0) + y)
    runtime.set_num_threads(None)


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (ops.relu, (4, 5 * LANES)),  # small
        (ops.relu, (401, 5 * LANES + 1)),  # a last vector that is cut
        (ops.transpose, (37, 400)),
        (lambda x: ops.sum(x, axis=1), (400, 5 * LANES)),
    ],
    ids=["small", "uneven", "transposed", "sums"],
)
def test_others_are_not(small_cache, function, shape):
    made = compiled(function, shape)
    assert "!nontemporal" not in made.ir
    x = np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")
    np.testing.assert_allclose(made.run([x])[0], function(x), rtol=1e-4, atol=1e-5)


def test_what_the_cache_holds_is_not_streamed(monkeypatch):
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    assert "!nontemporal" not in compiled(ops.relu, (40, 5 * LANES)).ir

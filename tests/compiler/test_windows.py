"""Poolings that are done where their convolution stands: which, and the same bits as apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from geartrain import GradientTape, jit, ops
from geartrain.compiler.programs import passes
from geartrain.runtime import get_num_threads, set_num_threads
from geartrain.tensor import Array, Tensor

# (batch, height, width, channels), features, windows; sixteens of channels go by tiles.
CASES = [
    ((3, 13, 12, 3), 32, (2, 2)),
    ((1, 11, 30, 1), 20, (2, 2)),
    ((2, 10, 14, 4), 75, (2, 4)),
    ((2, 12, 11, 2), 7, (3, 2)),
    ((2, 15, 14, 16), 32, (2, 2)),
    ((3, 22, 17, 32), 48, (4, 2)),
]
POOLS: list[Callable[..., Tensor]] = [ops.max_pool, ops.average_pool]


def data(shape: tuple[int, ...], features: int, dtype: str = "float32") -> list[Array]:
    rng = np.random.default_rng(features)
    shapes = (shape, (3, 3, shape[-1], features), (features,))
    return [rng.standard_normal(each).astype(dtype) for each in shapes]


def layer(pool: Callable[..., Tensor], windows: tuple[int, int]) -> Callable[..., Tensor]:
    return lambda x, w, b: pool(ops.relu(ops.conv(x, w) + b), windows, windows)


def names(compiled: Any) -> list[str]:
    return [task.kernel.name for _, task in compiled.programs[0].tasks()]


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Compiles and calls a function with each pooling in a kernel of its own."""

    def call(function: Callable[..., Any], *arrays: Array) -> Any:
        with monkeypatch.context() as patch:
            patch.setenv("GEARTRAIN_CODE_CACHE", "off")
            patch.setattr(passes, "with_windows", lambda kernels, _: list(kernels))
            compiled = jit(function)
            found = compiled(*arrays)
        assert any(each.partition("_")[2].startswith("window") for each in names(compiled))
        return found

    return call


@pytest.mark.parametrize(("shape", "features", "windows"), CASES)
@pytest.mark.parametrize("pool", POOLS)
def test_a_pooling_joins_its_convolution_and_keeps_every_bit(
    pool: Callable[..., Tensor],
    shape: tuple[int, ...],
    features: int,
    windows: tuple[int, int],
    apart: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    arrays, function = data(shape, features), layer(pool, windows)
    compiled = jit(function)
    found = compiled(*arrays)
    assert sum("window" in each for each in names(compiled)) == 1
    assert not any(each.partition("_")[2].startswith("window") for each in names(compiled))
    np.testing.assert_array_equal(found, apart(function, *arrays))
    np.testing.assert_allclose(found, function(*map(Tensor, arrays)), rtol=1e-4, atol=1e-4)


def test_float64_and_a_whole_step(apart: Callable[..., Any]) -> None:
    def step(x: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, ...]:
        with GradientTape() as tape:
            tape.watch(w)
            tape.watch(b)
            y = layer(ops.max_pool, (2, 2))(x, w, b)
            loss = ops.sum(y * y)
        return loss, *tape.gradient(loss, [w, b])

    for dtype, rtol in (("float32", 1e-4), ("float64", 1e-11)):
        arrays = data((2, 13, 15, 3), 12, dtype)
        found = jit(step)(*arrays)
        for each, other in zip(found, apart(step, *arrays), strict=True):
            np.testing.assert_array_equal(each, other)
        for each, other in zip(found, step(*map(Tensor, arrays)), strict=True):
            np.testing.assert_allclose(each, other, rtol=rtol)


@pytest.mark.parametrize("case", [CASES[0], CASES[4]])
def test_the_same_bits_for_any_number_of_threads(case: Any) -> None:
    shape, features, windows = case
    compiled, arrays, before = jit(layer(ops.max_pool, windows)), data(shape, features), []
    kept = get_num_threads()
    try:
        for threads in (1, 2, 7):
            set_num_threads(threads)
            before.append(compiled(*arrays).numpy())
    finally:
        set_num_threads(kept)
    assert all(each.tobytes() == before[0].tobytes() for each in before)


def test_what_somebody_else_reads_is_stored_and_pooled_apart() -> None:
    def both(x: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        y = ops.conv(x, w) + b
        return ops.max_pool(y, 2), ops.exp(y)

    def reshaped(x: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        y = ops.conv(x, w) + b
        return ops.max_pool(y, 2), ops.sort(ops.reshape(y, (-1, 8)))

    arrays = data((2, 10, 10, 3), 8)
    for function in (both, reshaped):
        compiled = jit(function)
        found = compiled(*arrays)
        for each, other in zip(found, function(*map(Tensor, arrays)), strict=True):
            np.testing.assert_allclose(each, other, rtol=1e-4, atol=1e-5)
    compiled = jit(both)
    compiled(*arrays)
    assert [each.partition("_")[2] for each in names(compiled)][-1:] == ["window_max"]


def test_windows_that_overlap_or_reach_over_the_edge_stand_apart() -> None:
    arrays = data((2, 9, 9, 3), 8)
    for options in ((3, 2, "valid"), (2, 2, "same")):
        compiled = jit(lambda x, w, b, options=options: ops.max_pool(ops.conv(x, w) + b, *options))
        compiled(*arrays)
        assert len(names(compiled)) == 2


def test_the_report_says_what_is_done_at_once() -> None:
    compiled, arrays = jit(layer(ops.max_pool, (2, 2))), data((2, 8, 8, 3), 16)
    report = compiled.explain(*arrays, show=False)
    (kernel,) = report.kernels
    assert "of windows of 2 x 2:" in kernel.loops
    assert kernel.flops > kernel.product_flops > 0
    assert report.arena_bytes == 0

"""3x3 convolutions by tiles: which ones, the same numbers as the plain sum, and how exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geartrain import GradientTape, jit, ops
from geartrain.compiler.fusion.winograd import INPUT, KERNEL, OUTPUT, TAPS, TILE
from geartrain.runtime import set_num_threads
from geartrain.tensor import Array, Tensor

EPSILON = float(np.finfo(np.float32).eps)
SHAPES = [
    ((2, 10, 10, 16), 16),
    ((3, 17, 13, 32), 64),
    ((1, 9, 14, 48), 80),
    ((19, 12, 12, 16), 48),
]


def random(*shape: int) -> Array:
    return np.random.default_rng(len(shape) + shape[-1]).standard_normal(shape, np.float32)


def kernels_of(function: Any) -> str:
    """The text of the kernels of a jitted function's one program."""
    (program,) = function.programs
    tasks = [task for stage in program.schedule.stages for task in stage]
    return "\n".join(task.kernel.text() for task in tasks)


def test_the_matrices_give_a_convolution_of_one_tile() -> None:
    rng = np.random.default_rng(0)
    tile, kernel = rng.standard_normal((6, 6)), rng.standard_normal((3, 3))
    found = OUTPUT @ ((KERNEL @ kernel @ KERNEL.T) * (INPUT @ tile @ INPUT.T)) @ OUTPUT.T
    places = range(TILE)
    exact = [[(tile[i : i + TAPS, j : j + TAPS] * kernel).sum() for j in places] for i in places]
    np.testing.assert_allclose(found, exact, atol=1e-12)


def convolution(padding: str, what: str) -> Any:
    """A convolution's result, or the derivative of half the sum of its squares."""

    def forward(x: Tensor, w: Tensor) -> Tensor:
        return ops.conv(x, w, 1, padding)

    def derivative(x: Tensor, w: Tensor) -> Tensor:
        with GradientTape() as tape:
            tape.watch([x, w])
            loss = ops.sum(ops.square(ops.conv(x, w, 1, padding))) / 2
        found: Tensor = tape.gradient(loss, {"by input": x, "by kernel": w}[what])
        return found

    return forward if what == "result" else derivative


@pytest.mark.parametrize(("shape", "features"), SHAPES)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("what", ["result", "by input", "by kernel"])
def test_error_is_bounded(shape: tuple[int, ...], features: int, padding: str, what: str) -> None:
    """Within 40 roundings of the sum of the terms' magnitudes, and used at all."""
    x, w = random(*shape), random(3, 3, shape[-1], features)
    function = convolution(padding, what)
    compiled = jit(function)
    found = compiled(x, w).numpy()
    assert "Winograd" in kernels_of(compiled)
    exact = function(ops.cast(x, "float64"), ops.cast(w, "float64")).numpy()
    terms = function(ops.cast(abs(x), "float64"), ops.cast(abs(w), "float64")).numpy()
    assert np.abs(found - exact).max() <= 40 * EPSILON * terms.max()


@pytest.mark.parametrize("what", ["result", "by input", "by kernel"])
def test_same_bits_for_any_number_of_threads(what: str) -> None:
    x, w = random(19, 12, 12, 16), random(3, 3, 16, 48)
    compiled = jit(convolution("same", what))
    found = []
    try:
        for threads in (1, 2, 3, 7):
            set_num_threads(threads)
            found.append(compiled(x, w).numpy().tobytes())
    finally:
        set_num_threads(None)
    assert len(set(found)) == 1


def test_results_are_fused_with_what_follows() -> None:
    x, w, b = random(2, 10, 10, 16), random(3, 3, 16, 16), random(16)
    compiled = jit(lambda x, w, b: ops.relu(ops.conv(x, w, 1, "valid") + b))
    compiled(x, w, b)
    assert kernels_of(compiled).count("kernel ") == 2  # the kernel's transform, and all else


@pytest.mark.parametrize(
    ("shape", "kernel", "strides", "padding"),
    [
        ((2, 10, 10, 3), (3, 3, 3, 16), 1, "valid"),  # few channels
        ((2, 10, 10, 16), (3, 3, 16, 10), 1, "valid"),  # features not in sixteens
        ((2, 10, 10, 16), (5, 5, 16, 16), 1, "same"),
        ((2, 10, 10, 16), (3, 3, 16, 16), 2, "valid"),
        ((2, 5, 5, 16), (3, 3, 16, 16), 1, "valid"),  # tiles mostly wasted
    ],
)
def test_other_convolutions_are_plain_sums(
    shape: tuple[int, ...], kernel: tuple[int, ...], strides: int, padding: str
) -> None:
    x, w = random(*shape), random(*kernel)
    compiled = jit(lambda x, w: ops.conv(x, w, strides, padding))
    found = compiled(x, w)
    if not compiled.host_calls:
        assert "Winograd" not in kernels_of(compiled)
    np.testing.assert_allclose(found, ops.conv(x, w, strides, padding), rtol=1e-5, atol=1e-5)


def test_the_setting_chooses_plain_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEARTRAIN_WINOGRAD", "off")
    compiled = jit(convolution("valid", "result"))
    compiled(random(2, 10, 10, 16), random(3, 3, 16, 16))
    assert "Winograd" not in kernels_of(compiled)


def test_double_precision_is_a_plain_sum() -> None:
    compiled = jit(convolution("valid", "result"))
    compiled(random(2, 10, 10, 16).astype(float), random(3, 3, 16, 16).astype(float))
    assert "Winograd" not in kernels_of(compiled)


def test_an_empty_batch_has_no_derivative() -> None:
    x, w = np.zeros((0, 10, 10, 16), np.float32), random(3, 3, 16, 16)
    compiled = jit(convolution("valid", "by kernel"))
    np.testing.assert_array_equal(compiled(x, w), np.zeros_like(w))


@pytest.mark.parametrize("batch", [1, 3])
def test_a_batch_smaller_than_the_parts(batch: int) -> None:
    x, w = random(batch, 10, 10, 16), random(3, 3, 16, 16)
    function = convolution("valid", "by kernel")
    exact = function(ops.convert_to_tensor(x), ops.convert_to_tensor(w))
    np.testing.assert_allclose(jit(function)(x, w), exact, rtol=1e-4, atol=1e-3)

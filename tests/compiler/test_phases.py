"""Transposed convolutions, and derivatives of strided ones, multiply no zeros between elements."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.autodiff import GradientTape
from geartrain.compiler import compile_graph
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.graphs.phases import period_of, phases_of
from geartrain.compiler.programs.sizing import step_flops
from geartrain.graph import trace
from geartrain.primitives import Spec, convolve
from geartrain.primitives.windows import Sweep
from geartrain.tensor import Array, Dim, Tensor

SWEEPS = [
    Sweep(stride, low, high, spacing, gap)
    for stride, low, high, spacing, gap in product((1, 2, 3), (-1, 0, 2), (0, 3), (1, 2, 3), (2, 4))
]


def random(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype("float32")


@pytest.mark.parametrize("sweep", SWEEPS, ids=str)
def test_phases_meet_what_the_whole_meets(sweep: Sweep) -> None:
    """Each place's pairs of tap and element, from the equation in `windows.py`."""
    for size, taps in product((1, 5), (1, 2, 5)):
        met: set[tuple[int, int, int]] = set()
        for each in phases_of(sweep, size, taps):
            inner, own = each.sweep, range(each.taps)
            assert inner.places(size, each.taps) == each.places
            for place, tap in product(range(each.places), own):
                at = place * inner.stride + tap * inner.spacing - inner.low
                whole = each.start + place * period_of(sweep), each.first + tap * each.step
                if 0 <= at < size:
                    met.add((*whole, at))
        expected = {
            (place, tap, (place * sweep.stride + tap * sweep.spacing - sweep.low) // sweep.gap)
            for place, tap in product(range(sweep.places(size, taps)), range(taps))
            if (place * sweep.stride + tap * sweep.spacing - sweep.low) % sweep.gap == 0
        }
        assert met == {each for each in expected if 0 <= each[2] < size}


CASES = [
    ((2, 6, 3), (3, 4, 3), 2, "same", None, 1),
    ((2, 6, 3), (2, 4, 3), 3, "valid", None, 1),
    ((2, 5, 3), (5, 20, 3), 2, "valid", 1, 1),
    ((2, 5, 4, 3), (3, 3, 2, 3), 2, "same", None, 1),
    ((2, 5, 4, 3), (4, 3, 2, 3), (2, 3), "valid", None, 1),
    ((1, 4, 5, 16), (6, 6, 16, 16), 2, "same", None, 1),
    ((2, 5, 4, 3), (3, 2, 17, 3), 2, "same", 1, 1),
    ((2, 5, 4, 3), (3, 3, 2, 3), 1, "same", None, 2),
    ((1, 3, 4, 3, 2), (3, 2, 3, 2, 2), 2, "same", None, 1),
    ((1, 3, 4, 3, 2), (2, 2, 2, 2, 2), (1, 2, 3), "valid", None, 1),
    ((1, 5, 3), (9, 4, 3), 20, "valid", None, 1),
]


def transposed(case: Any, data_format: str = "channels_last") -> Any:
    _, _, strides, padding, output_padding, dilation = case
    return lambda x, w: ops.conv_transpose(
        x, w, strides, padding, output_padding, data_format, dilation
    )


@pytest.mark.parametrize(
    ("case", "data_format"),
    [*((case, "channels_last") for case in CASES), (CASES[4], "channels_first")],
    ids=str,
)
def test_transposed_convolutions_and_both_gradients(case: Any, data_format: str) -> None:
    x, w = random(*case[0]), random(*case[1])
    if data_format == "channels_first":
        x = np.ascontiguousarray(np.moveaxis(x, -1, 1))
    function = transposed(case, data_format)

    def both(x: Any, w: Any) -> list[Tensor]:
        with GradientTape() as tape:
            tape.watch([x, w])
            found = function(x, w)
            loss = ops.sum(ops.square(found))
        return [found, *tape.gradient(loss, [x, w])]

    compiled = jit(both)
    exact = both(*(Tensor(each.astype("float64")) for each in (x, w)))
    for one, other in zip(compiled(x, w), exact, strict=True):
        scale = np.abs(other.numpy()).max()
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * scale)
    assert compiled.host_calls == ()


def multiplications(function: Any, *shapes: tuple[int, ...]) -> int:
    """How many multiply-adds the compiled products do, from their kernels' sizes."""
    specs = [Spec(shape, np.dtype("float32")) for shape in shapes]
    return step_flops(compile_graph(trace(function, specs)).schedule, {}) // 2


@pytest.mark.parametrize(
    ("shape", "kernel", "stride"),
    [((2, 8, 9, 16), (4, 4, 16, 16), 2), ((2, 8, 8, 16), (3, 3, 32, 16), 2)],
)
def test_no_zero_of_a_gap_is_multiplied(shape: Any, kernel: Any, stride: int) -> None:
    """Each element of x meets each weight once: a fourth of what the gaps would add."""
    elements, weights = prod(shape), prod(kernel) // kernel[-1]

    def forward(x: Any, w: Any) -> Tensor:
        return ops.conv_transpose(x, w, stride, "valid")

    def by_weights(x: Any, w: Any) -> Tensor:
        with GradientTape() as tape:
            tape.watch(w)
            loss = ops.sum(forward(x, w))
        found: Tensor = tape.gradient(loss, w)
        return found

    most = 1.7 * elements * weights  # windows at the edges meet zeros around
    whole = multiplications(forward, shape, kernel)
    assert elements * weights <= whole <= most
    assert elements * weights <= multiplications(by_weights, shape, kernel) <= most


def test_the_input_gradient_of_a_strided_convolution_has_no_gaps() -> None:
    shape, kernel = (2, 17, 16, 16), (3, 3, 16, 32)

    def by_input(x: Any, w: Any) -> Tensor:
        with GradientTape() as tape:
            tape.watch(x)
            loss = ops.sum(ops.square(ops.conv(x, w, 2, "valid")))
        found: Tensor = tape.gradient(loss, x)
        return found

    forward = multiplications(lambda x, w: ops.conv(x, w, 2, "valid"), shape, kernel)
    assert multiplications(by_input, shape, kernel) <= 2.4 * forward


def test_many_phases_stay_one_convolution() -> None:
    x, w = random(1, 4, 3), random(30, 3, 5)
    sweep = (Sweep(1, 29, 29, 1, 17),)
    compiled = jit(lambda x, w: convolve(x, w, sweeps=sweep))
    exact = convolve(Tensor(x.astype("float64")), Tensor(w.astype("float64")), sweeps=sweep)
    np.testing.assert_allclose(compiled(x, w), exact, rtol=1e-5, atol=1e-5)
    (program,) = compiled.programs
    tasks = [task for stage in program.schedule.stages for task in stage]
    assert sum(isinstance(task.kernel.root, Contraction) for task in tasks) == 1


def test_a_symbolic_batch() -> None:
    w = random(3, 3, 5, 4)

    def function(x: Any) -> Tensor:
        return ops.conv_transpose(x, Tensor(w), 2, "same")

    spec = Spec((Dim("batch"), 5, 6, 4), np.dtype("float32"))
    program = compile_graph(trace(function, [spec]))
    for batch in (1, 3):
        x = random(batch, 5, 6, 4)
        (found,) = program.run([x])
        np.testing.assert_allclose(found, function(Tensor(x)), rtol=1e-4, atol=1e-5)

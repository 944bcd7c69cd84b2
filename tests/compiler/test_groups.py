"""Convolutions in groups are contractions, and so are both of their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.autodiff import GradientTape
from geartrain.compiler import compile_graph
from geartrain.compiler.form.kernels import Contraction, Reduction
from geartrain.graph import trace
from geartrain.primitives import Spec, convolve
from geartrain.primitives.windows import Sweep
from geartrain.runtime import set_num_threads
from geartrain.tensor import Array, Dim, Tensor, as_dtype

CASES = [
    ((2, 9, 6), (3, 3, 8), (1, "same", 1)),
    ((3, 7, 8, 6), (3, 2, 2, 9), (1, "valid", 1)),
    ((2, 9, 8, 8), (3, 3, 4, 40), (2, "same", 1)),
    ((2, 9, 8, 4), (2, 2, 2, 4), (1, "same", 2)),
    ((1, 4, 5, 4, 6), (2, 2, 2, 3, 10), (2, "same", 1)),
]


def random(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype("float32")


def both(case: Any, data_format: str = "channels_last") -> Any:
    """The convolution, and its derivatives by input and kernel."""
    strides, padding, dilation = case

    def run(x: Any, w: Any) -> list[Tensor]:
        with GradientTape() as tape:
            tape.watch([x, w])
            found = ops.conv(x, w, strides, padding, data_format, dilation)
            loss = ops.sum(ops.square(ops.cast(found, "float32")))
        return [found, *tape.gradient(loss, [x, w])]

    return run


def roots(program: Any) -> list[Any]:
    tasks = (task for stage in program.schedule.stages for task in stage)
    return [task.kernel.root for task in tasks if task.kernel.root is not None]


@pytest.mark.parametrize(
    ("shape", "kernel", "how", "data_format"),
    [*((*case, "channels_last") for case in CASES), (*CASES[1], "channels_first")],
    ids=str,
)
def test_values_and_both_gradients(shape: Any, kernel: Any, how: Any, data_format: str) -> None:
    x, w = random(*shape), random(*kernel)
    if data_format == "channels_first":
        x = np.ascontiguousarray(np.moveaxis(x, -1, 1))
    function = both(how, data_format)
    compiled = jit(function)
    exact = function(*(Tensor(each.astype("float64")) for each in (x, w)))
    for one, other in zip(compiled(x, w), exact, strict=True):
        scale = np.abs(other.numpy()).max()
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * scale)


def test_the_sums_are_contractions() -> None:
    shapes = ((2, 9, 9, 8), (3, 3, 4, 6))
    specs = [Spec(shape, as_dtype("float32")) for shape in shapes]
    program = compile_graph(trace(both((1, "same", 1)), specs))
    found = [root for root in roots(program) if not isinstance(root, Reduction)]
    assert len(found) >= 3
    assert all(isinstance(root, Contraction) for root in found)


def test_one_channel_in_each_group_is_no_contraction() -> None:
    specs = [Spec(shape, as_dtype("float32")) for shape in ((2, 9, 9, 8), (3, 3, 1, 8))]
    program = compile_graph(trace(lambda x, w: ops.conv(x, w, 1, "same"), specs))
    assert not [root for root in roots(program) if isinstance(root, Contraction)]


def test_a_symbolic_batch_and_its_sum() -> None:
    function, w = both((1, "same", 1)), random(3, 3, 2, 6)
    specs = [Spec((Dim("batch"), 6, 7, 4), as_dtype("float32")), Spec(w.shape, w.dtype)]
    program = compile_graph(trace(function, specs))
    for batch in (1, 3, 9):
        x = random(batch, 6, 7, 4)
        expected = function(Tensor(x), Tensor(w))
        for one, other in zip(program.run([x, w]), expected, strict=True):
            scale = np.abs(other.numpy()).max()
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * scale)


def test_a_wide_kernel_of_many_groups_is_copied() -> None:
    """A group's weights are a narrow part of rows; the numbers do not depend on the copy."""
    x, w = random(2, 12, 12, 128), random(3, 3, 16, 128)
    compiled = jit(lambda x, w: ops.conv(x, w, 1, "same"))
    exact = ops.conv(Tensor(x.astype("float64")), Tensor(w.astype("float64")), 1, "same")
    found = set()
    for threads in (1, 3):
        set_num_threads(threads)
        result = compiled(x, w)
        found.add(result.numpy().tobytes())
    set_num_threads(None)
    np.testing.assert_allclose(result, exact, rtol=1e-4, atol=1e-4)
    assert len(found) == 1


def test_groups_of_narrow_numbers() -> None:
    x, w = (random(*shape).astype(as_dtype("bfloat16")) for shape in ((2, 8, 7, 8), (3, 3, 4, 6)))
    function = both((1, "same", 1))
    exact = function(*(Tensor(each.astype("float64")) for each in (x, w)))
    for one, other in zip(jit(function)(x, w), exact, strict=True):
        error = np.abs(one.numpy().astype("float64") - other.numpy())
        assert error.max() <= 0.02 * np.abs(other.numpy()).max()


def test_groups_of_an_input_with_gaps() -> None:
    x, w = random(2, 6, 4), random(5, 2, 6)
    sweeps = (Sweep(1, 4, 4, 1, 2),)
    compiled = jit(lambda x, w: convolve(x, w, sweeps=sweeps, groups=2))
    wide = (Tensor(each.astype("float64")) for each in (x, w))
    exact = convolve(*wide, sweeps=sweeps, groups=2)
    np.testing.assert_allclose(compiled(x, w), exact, rtol=1e-4, atol=1e-5)

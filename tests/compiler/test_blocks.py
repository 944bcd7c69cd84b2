"""Maps that a long sum makes for itself, block by block: which, and the same bits as apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from geartrain import GradientTape, ops
from geartrain.compiler.programs import passes
from geartrain.compiler.programs.program import Program
from geartrain.compiler.programs.step import compile_steps
from geartrain.primitives.primitive import Spec
from geartrain.runtime import get_num_threads, set_num_threads
from geartrain.tensor import Array, Dim, Tensor
from geartrain.tensor.dtypes import FLOAT32

FEATURES = 20
SIDES = [12, 90]  # several images make a block, or some rows of one


def derivative(x: Tensor, w: Tensor, weights: Tensor) -> Tensor:
    with GradientTape() as tape:
        tape.watch(w)
        pooled = ops.max_pool(ops.relu(ops.conv(x, w)), 2)
        loss = ops.sum(pooled * weights)
    return tape.gradient(loss, w)


def compiled(side: int, function: Callable[..., object] = derivative) -> Program:
    batch, pooled = Dim("batch"), (side - 2) // 2
    specs = [
        Spec((batch, side, side, 3), FLOAT32),
        Spec((3, 3, 3, FEATURES), FLOAT32),
        Spec((batch, pooled, pooled, FEATURES), FLOAT32),
    ]
    program = compile_steps(function, specs, stepped=[False] * 3)
    assert isinstance(program, Program)
    return program


def data(rows: int, side: int) -> list[Array]:
    rng, pooled = np.random.default_rng(rows), (side - 2) // 2
    shapes = (rows, side, side, 3), (3, 3, 3, FEATURES), (rows, pooled, pooled, FEATURES)
    return [rng.standard_normal(each).astype("float32") for each in shapes]


def block_makers(program: Program) -> list[str]:
    """The kernels that make blocks for themselves."""
    return [task.kernel.name for _, task in program.tasks() if task.kernel.block is not None]


@pytest.mark.parametrize("side", SIDES)
def test_a_sum_over_all_places_has_the_same_bits(
    side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    program = compiled(side)
    assert len(block_makers(program)) == 1
    monkeypatch.setattr(passes, "with_blocks", lambda kernels, _: list(kernels))
    apart = compiled(side)
    assert not block_makers(apart)
    kept = get_num_threads()
    try:
        for rows in (1, 3, 9):
            arrays = data(rows, side)
            (wanted,) = apart.run(arrays)
            for threads in (1, 2, 7):
                set_num_threads(threads)
                (found,) = program.run(arrays)
                assert found.tobytes() == wanted.tobytes()
            exact = derivative(*map(Tensor, arrays)).numpy()
            np.testing.assert_allclose(found, exact, rtol=1e-3, atol=1e-3)
    finally:
        set_num_threads(kept)
    assert program.sized({"batch": 64}).arena_bytes < apart.sized({"batch": 64}).arena_bytes


def test_what_somebody_else_reads_is_stored() -> None:
    def both(x: Tensor, w: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        with GradientTape() as tape:
            tape.watch(w)
            tape.watch(x)
            loss = ops.sum(ops.max_pool(ops.relu(ops.conv(x, w)), 2) * weights)
        return tape.gradient(loss, [w, x])

    assert not block_makers(compiled(12, both))


def test_the_report_says_what_is_made_by_blocks() -> None:
    program = compiled(12)
    (task,) = (task for _, task in program.tasks() if task.kernel.block is not None)
    text = task.kernel.text()
    assert "by blocks:\n    window_spread = " in text
    assert text.index("by blocks") < text.index("sum over")

"""Products of long rows that are gathered: read where they lie, with the same bits as a copy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.compiler.fusion.contractions import LONG_ROW_BYTES
from geartrain.compiler.programs.step import compile_steps
from geartrain.primitives.primitive import Spec
from geartrain.runtime import get_num_threads, set_num_threads
from geartrain.tensor import Array, Dim, Tensor
from geartrain.tensor.dtypes import FLOAT32, INT64

LONG = LONG_ROW_BYTES // 4 + 3
RNG = np.random.default_rng(0)


def data(width: int, rows: int, columns: int, dtype: str = "float32") -> list[Array]:
    x = RNG.standard_normal((40, width)).astype(dtype)
    w = RNG.standard_normal((width, columns)).astype(dtype)
    dy = RNG.standard_normal((rows, columns)).astype(dtype)
    return [x, RNG.permutation(40)[:rows].astype("int64"), w, dy]


def both(x: Tensor, rows: Tensor, w: Tensor, dy: Tensor) -> tuple[Tensor, Tensor]:
    taken = ops.take(x, rows, axis=0)
    return ops.relu(taken @ w), ops.transpose(taken) @ dy


def names(compiled: Callable[..., object]) -> str:
    return " ".join(task.kernel.name for _, task in compiled.programs[0].tasks())


@pytest.mark.parametrize("rows", [1, 3, 17, 32])
@pytest.mark.parametrize("columns", [5, 16, 40])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_product_of_gathered_rows_has_the_bits_of_one_of_copies(
    rows: int, columns: int, dtype: str
) -> None:
    x, places, w, dy = data(LONG, rows, columns, dtype)
    compiled = jit(both)
    found = compiled(x, places, w, dy)
    assert "take" not in names(compiled)
    copied = jit(lambda t, w, dy: (ops.relu(t @ w), ops.transpose(t) @ dy))(x[places], w, dy)
    for each, other in zip(found, copied, strict=True):
        assert each.numpy().tobytes() == other.numpy().tobytes()


def test_a_batch_of_any_size_and_any_number_of_threads() -> None:
    batch = Dim("batch")
    specs = [
        Spec((Dim("all"), LONG), FLOAT32),
        Spec((batch,), INT64),
        Spec((LONG, 16), FLOAT32),
        Spec((batch, 16), FLOAT32),
    ]
    program = compile_steps(both, specs, stepped=[False] * 4)
    kept = get_num_threads()
    try:
        for rows in (1, 15, 33):
            arrays = data(LONG, rows, 16)
            found = []
            for threads in (1, 2, 7):
                set_num_threads(threads)
                found.append(b"".join(each.tobytes() for each in program.run(arrays)))
            assert found[0] == found[1] == found[2]
            np.testing.assert_allclose(
                program.run(arrays)[1], arrays[0][arrays[1]].T @ arrays[3], rtol=2e-4, atol=1e-4
            )
    finally:
        set_num_threads(kept)


def test_a_row_that_is_not_there_is_the_last_one() -> None:
    x, places, w, dy = data(LONG, 4, 16)
    compiled = jit(both)
    places[1], beyond = 39, places.copy()
    beyond[1] = 4000
    for each, other in zip(compiled(x, beyond, w, dy), compiled(x, places, w, dy), strict=True):
        np.testing.assert_array_equal(each, other)


@pytest.mark.parametrize(("width", "columns"), [(LONG_ROW_BYTES // 4 - 1, 16), (LONG, 65)])
def test_short_rows_and_wide_products_have_a_copy(width: int, columns: int) -> None:
    arrays = data(width, 17, columns)
    compiled = jit(both)
    found = compiled(*arrays)
    assert "take" in names(compiled)
    for each, other in zip(found, both(*map(Tensor, arrays)), strict=True):
        np.testing.assert_allclose(each, other, rtol=2e-4, atol=1e-4)

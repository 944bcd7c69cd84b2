"""What is stored: a result's elements, and no byte behind them."""

from __future__ import annotations

import numpy as np
import pytest

from geartrain import ops
from geartrain.compiler import compile_graph
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Array, DType, as_dtype

BEHIND = 256
NARROWED = [
    *(("float32", "bfloat16"), ("float32", "float16"), ("int32", "int8"), ("int32", "uint16")),
    *(("int64", "int32"), ("float32", "bool"), ("int16", "uint8")),
]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Array]:
    """All memory that programs make for results, with what lies behind each."""
    made: list[Array] = []

    def watched_empty(shape: tuple[int, ...], dtype: DType) -> Array:
        count = int(np.prod(shape)) * dtype.itemsize
        memory = np.full(count + BEHIND, 0xAB, "uint8")
        made.append(memory[count:])
        return memory[:count].view(dtype).reshape(shape)

    monkeypatch.setattr("geartrain.compiler.programs.program.recycled_empty", watched_empty)
    return made


@pytest.mark.parametrize("columns", [1, 9, 17, 35])
@pytest.mark.parametrize(("source", "target"), NARROWED, ids=str)
def test_nothing_is_written_behind_a_result(
    source: str, target: str, columns: int, watched: list[Array]
) -> None:
    for function in (
        lambda x: ops.cast(x, target),
        lambda x: ops.cast(ops.transpose(x, (1, 0, 2)), target),
        lambda x: ops.cast(ops.sum(x, 0), target),
    ):
        x = (np.arange(12 * columns) % 50).reshape(3, 4, columns).astype(as_dtype(source))
        program = compile_graph(trace(function, [Spec(x.shape, x.dtype)]))
        (found,) = program.run([x])
        np.testing.assert_array_equal(found, np.asarray(function(x)))
    assert watched
    assert all((each == 0xAB).all() for each in watched)

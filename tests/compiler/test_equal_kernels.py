"""Equal kernels become one function of the machine code, and stay several for people."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest

from geartrain import jit, ops
from geartrain.compiler.emission.emit_epilogue import OF_A_FUNCTION, WRITTEN_OUT
from geartrain.compiler.emission.equal_kernels import shared
from geartrain.compiler.emission.tiling import MAX_VECTORS
from geartrain.tensor import Array, Tensor

WIDTHS = 5 * (24,)
ZERO, ONE = "splat (float 0x0000000000000000)", "splat (float 0x3FF0000000000000)"


def network(x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    for w in weights:
        x = ops.tanh(x @ w)
    return x


def data() -> tuple[Array, list[Array]]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((7, 24)).astype("float32")
    return x, [0.2 * rng.standard_normal((24, each)).astype("float32") for each in WIDTHS]


def functions(ir: str) -> list[str]:
    return re.findall(r"^define internal void @(k\d+_\w+)\(", ir, re.MULTILINE)


def test_layers_of_one_shape_are_one_function() -> None:
    compiled = jit(network)
    x, weights = data()
    found = compiled(x, weights)
    np.testing.assert_allclose(found, network(Tensor(x), weights), rtol=1e-4, atol=1e-5)
    ir = compiled.programs[0].ir
    products = functions(ir)
    assert len(products) == len(WIDTHS)
    assert functions(shared(ir)) == products[:1]


def test_what_takes_its_values_in_another_pattern_is_another_function() -> None:
    x = np.eye(8, dtype="float32")
    square = jit(lambda a, b: (ops.max(a @ a, 0), ops.max(a @ b, 0)))
    np.testing.assert_array_equal(square(x, x + 1)[1], np.max(x + 1, 0))
    program = square.programs[0]
    products = [each for each in functions(shared(program.ir)) if each.endswith("contract")]
    assert len(products) == 2


def test_a_program_without_equal_kernels_stays_as_it_is() -> None:
    compiled = jit(lambda x: ops.softmax(x) + ops.sum(x))
    compiled(data()[0])
    assert shared(compiled.programs[0].ir) == compiled.programs[0].ir


def test_each_of_equal_kernels_is_reported_and_edited_alone(tmp_path) -> None:
    compiled = jit(network)
    x, weights = data()
    before = compiled(x, weights).numpy()
    report = compiled.explain(x, weights, show=False)
    assert len({each.name for each in report.kernels}) == len(WIDTHS)
    assert all(each.seconds and f"@{each.name}(" in each.ir for each in report.kernels)
    (folder,) = compiled.dump(tmp_path)
    last = max(folder.glob("k*.ll"), key=lambda path: int(path.stem[1:].partition("_")[0]))
    lines = last.read_text().splitlines()
    starts = [line.replace(ZERO, ONE) if " phi " in line else line for line in lines]
    assert starts != lines
    last.write_text("\n".join(starts))
    compiled.load_edited(tmp_path)
    edited = np.tanh(1 + network(Tensor(x), weights[:-1]).numpy() @ weights[-1])
    np.testing.assert_allclose(compiled(x, weights), edited, rtol=1e-4, atol=1e-5)
    assert np.abs(before - edited).max() > 0.1


@pytest.mark.parametrize("rows", [1, 5, 13, 30])
@pytest.mark.parametrize("columns", [3, 16, 75])
def test_a_long_epilogue_is_written_once_a_panel(rows: int, columns: int) -> None:
    rng = np.random.default_rng(rows)
    x = rng.standard_normal((rows, 9)).astype("float32")
    w = rng.standard_normal((9, columns)).astype("float32")

    def gated(x: Tensor, w: Tensor) -> Tensor:
        y = x @ w
        return y * ops.sigmoid(y) * ops.tanh(y)

    compiled = jit(gated)
    y = x.astype(float) @ w
    expected = y / (1 + np.exp(-y)) * np.tanh(y)
    np.testing.assert_allclose(compiled(x, w), expected, rtol=2e-5, atol=1e-6)
    ir = compiled.programs[0].ir
    panels = min(-(-columns // 4), 2 * MAX_VECTORS)
    written_out = WRITTEN_OUT // OF_A_FUNCTION
    assert 0 < ir.count(" fdiv <") <= max(2 * panels, written_out)

"""Contractions: which sums are seen as dot products, and how they are cut into parts and tiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from geartrain import GradientTape, jit, ops
from geartrain.compiler.emission.tiling import choose_tiling, heights, rows_in_registers
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.fusion.contractions import PARTS, find_contraction, static_step
from geartrain.compiler.fusion.fuse import fuse
from geartrain.compiler.fusion.lower import lower
from geartrain.graph import Graph, trace
from geartrain.primitives.primitive import Spec
from geartrain.runtime import set_num_threads
from geartrain.runtime.cpu import host_cpu, target_cpu
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import FLOAT32


def random(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape, np.float32)


def traced(function: Callable[..., Any], *shapes: tuple[int, ...]) -> Graph:
    return trace(function, [Spec(shape, FLOAT32) for shape in shapes], name="f")


def roots(graph: Graph) -> list[Contraction]:
    return [each.root for each in fuse(graph) if isinstance(each.root, Contraction)]


SUMS = [
    ("ij,jk->ik", (37, 50), (50, 70)),
    ("ij,kj->ik", (37, 50), (70, 50)),
    ("ji,jk->ik", (50, 37), (50, 70)),
    ("ijk,jkl->il", (5, 6, 7), (6, 7, 9)),
    ("bij,bjk->bik", (3, 15, 20), (3, 20, 33)),
    ("bqc,chd->bqhd", (3, 17, 20), (20, 2, 33)),
    ("bqhd,bkhd->bhqk", (3, 17, 2, 20), (3, 19, 2, 20)),
    ("bhqk,bkhd->bqhd", (3, 2, 17, 19), (3, 19, 2, 20)),
    ("i,ij->j", (40,), (40, 100)),
    ("nti,ntj->ij", (20, 220, 30), (20, 220, 40)),
    ("ti,tj->ij", (5000, 30), (5000, 40)),
    ("it,jt->ij", (30, 5000), (40, 5000)),
]


@pytest.mark.parametrize(("text", "first", "second"), SUMS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_of_products(
    text: str, first: tuple[int, ...], second: tuple[int, ...], dtype: str
) -> None:
    a, b = random(*first).astype(dtype), random(*second).astype(dtype)
    compiled = jit(lambda a, b: ops.einsum(text, a, b))
    exact = np.einsum(text, a.astype(float), b.astype(float))
    bound = np.einsum(text, np.abs(a).astype(float), np.abs(b).astype(float))
    found = compiled(a, b).numpy()
    assert compiled.host_calls == ()
    assert (np.abs(found - exact) <= 100 * np.finfo(dtype).eps * bound).all()


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64", "uint32"])
@pytest.mark.parametrize("text", ["ij,jk->ik", "ij,kj->ik"])
def test_sums_of_whole_numbers(text: str, dtype: str) -> None:
    """Exact, and those that overflow wrap round as NumPy's do; products of int8 are int32."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 100, (70, 130)).astype(dtype), rng.integers(0, 100, (130, 96))
    b = b.astype(dtype) if text.endswith("jk->ik") else b.T.astype(dtype)
    compiled = jit(lambda a, b: ops.einsum(text, a, b))
    found = compiled(a, b).numpy()
    kept = np.dtype("int32" if dtype == "int8" else dtype)
    exact = np.einsum(text, a.astype(np.int64), b.astype(np.int64)).astype(kept)
    assert found.dtype == kept
    np.testing.assert_array_equal(found, exact)
    (program,) = compiled.programs
    (task,) = (each for stage in program.schedule.stages for each in stage if each.kernel.root)
    assert isinstance(task.kernel.root, Contraction)


def test_a_convolution_is_a_contraction() -> None:
    graph = traced(lambda x, w: ops.conv(x, w, 2, "valid"), (2, 9, 11, 3), (3, 2, 3, 5))
    (root,) = roots(graph)
    assert [axis.extent for axis in root.depth] == [3, 2, 3]
    assert root.row is not None
    assert (root.row.extent, root.column.extent) == (5, 5)
    assert static_step(root.lhs, root.row) == 2 * 3


def test_both_operands_moving_with_the_last_axis_are_no_contraction() -> None:
    graph = traced(lambda x, w: ops.depthwise_conv(x, w, 1, "valid"), (2, 9, 9, 4), (3, 3, 4, 1))
    node = next(each for each in graph.nodes() if each.label == "convolve")
    assert find_contraction(lower(node)) is None


@pytest.mark.parametrize(
    ("shape", "kernel", "strides"),
    [
        ((2, 12, 13, 3), (3, 3, 3, 5), 1),
        ((2, 20, 20, 4), (5, 5, 4, 32), 2),
        ((3, 9, 9, 8), (2, 3, 8, 40), 1),
        ((1, 40, 7), (3, 7, 130), 1),
        ((2, 6, 5, 4, 3), (2, 2, 2, 3, 17), 1),
    ],
)
def test_convolutions(shape: tuple[int, ...], kernel: tuple[int, ...], strides: int) -> None:
    x, w = random(*shape), random(*kernel)
    compiled = jit(lambda x, w: ops.conv(x, w, strides, "valid"))
    exact = ops.conv(x.astype(float), w.astype(float), strides, "valid")
    np.testing.assert_allclose(compiled(x, w), exact, rtol=1e-5, atol=1e-4)
    assert compiled.host_calls == ()


def by_kernel(x: Tensor, w: Tensor) -> Tensor:
    with GradientTape() as tape:
        tape.watch(w)
        loss = ops.sum(ops.square(ops.conv(x, w, 1, "valid")))
    found: Tensor = tape.gradient(loss, w)
    return found


def test_a_long_sum_is_cut_into_parts() -> None:
    graph = traced(by_kernel, (16, 20, 20, 4), (3, 3, 4, 8))
    parts = [root for root in roots(graph) if root.chunk is not None]
    assert len(parts) == 1
    assert parts[0].chunk is not None
    assert parts[0].chunk.extent == PARTS


@pytest.mark.parametrize("batch", [1, 3, 8, 19])
def test_parts_add_up(batch: int) -> None:
    x, w = random(batch, 70, 20, 4), random(3, 3, 4, 8)
    exact = by_kernel(ops.cast(x, "float64"), ops.cast(w, "float64"))
    np.testing.assert_allclose(jit(by_kernel)(x, w), exact, rtol=1e-4, atol=1e-2)


def test_same_bits_for_any_number_of_threads() -> None:
    x, w = random(11, 30, 30, 4), random(3, 3, 4, 8)
    compiled = jit(by_kernel)
    found = []
    try:
        for threads in (1, 2, 3, 7):
            set_num_threads(threads)
            found.append(compiled(x, w).numpy().tobytes())
    finally:
        set_num_threads(None)
    assert len(set(found)) == 1


@pytest.mark.parametrize("turned", [False, True])
def test_a_deep_sum_goes_in_blocks(turned: bool) -> None:
    """Of more terms than a panel may have: the order of additions is the terms' all the same."""
    terms = 2 * host_cpu().l2_bytes // 4 // 64 + 5
    x, w = random(115, terms), random(terms, 1030)
    w = np.ascontiguousarray(w.T) if turned else w
    compiled = jit(lambda x, w: ops.matmul(x, ops.transpose(w) if turned else w))
    exact = x.astype(float) @ (w.T if turned else w)
    found = []
    try:
        for threads in (1, 3):
            set_num_threads(threads)
            found.append(compiled(x, w).numpy())
    finally:
        set_num_threads(None)
    np.testing.assert_allclose(found[0], exact, rtol=1e-5, atol=1e-3)
    assert found[0].tobytes() == found[1].tobytes()


@pytest.mark.parametrize("rows", [0, 1, 5, 6, 7, 15, 100])
@pytest.mark.parametrize("columns", [1, 10, 16, 40, 64, 100])
def test_rows_are_split_evenly(rows: int, columns: int) -> None:
    tiling = choose_tiling(host_cpu(), 4, rows, columns, 100)
    assert tiling.rows <= rows_in_registers(host_cpu(), tiling.full.vectors)
    found = heights(tiling, rows)
    assert max(found, default=0) - min(found, default=0) <= 1
    tiles = max(-(-rows // tiling.rows), 1)
    assert min(found, default=0) * tiles <= rows <= max(found, default=0) * tiles


@pytest.mark.parametrize("columns", [40, 64, 150])
def test_a_small_operand_is_copied_once(columns: int) -> None:
    """Where it is one for all of an outer axis: the panels lie side by side, the last one too."""
    x, w = random(7, 33, 2, 20), random(columns, 2, 20)
    compiled = jit(lambda x, w: ops.einsum("bthk,whk->btw", x, w), symbolic={"x": {0: "batch"}})
    exact = np.einsum("bthk,whk->btw", x.astype(float), w.astype(float))
    for batch in (0, 1, 7):
        np.testing.assert_allclose(compiled(x[:batch], w), exact[:batch], rtol=1e-4, atol=1e-4)
    found = []
    try:
        for threads in (1, 2, 3, 7):
            set_num_threads(threads)
            found.append(compiled(x, w).numpy().tobytes())
    finally:
        set_num_threads(None)
    assert len(set(found)) == 1


def test_terms_over_a_batch_are_not_kept() -> None:
    """A convolution's weights have a sum over the batch, of which nobody knows how long it is."""
    x, y = random(24, 59, 64), random(24, 55, 256)

    def by_weights(x: Tensor, y: Tensor) -> Tensor:
        w = ops.zeros((5, 64, 256))
        with GradientTape() as tape:
            tape.watch(w)
            z = ops.sum(ops.conv(x, w) * ops.relu(y))
        return tape.gradient(z, w)

    compiled = jit(by_weights, symbolic={"x": {0: "batch"}, "y": {0: "batch"}})
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), 5, axis=1)
    exact = np.einsum("btck,btf->kcf", windows, np.maximum(y, 0), optimize=True)
    np.testing.assert_allclose(compiled(x, y), exact, rtol=1e-3, atol=1e-3)


@pytest.mark.skipif(target_cpu().vector_bits != 512, reason="columns of 512-bit vectors")
def test_what_the_next_tile_reads_is_asked_for() -> None:
    """Rows of lhs always; and the next panel, where its columns or terms lie apart in memory."""

    def asked(text: str, *shapes: tuple[int, ...]) -> int:
        compiled = jit(lambda x, y: ops.einsum(text, x, y))
        inputs = [random(*each) for each in shapes]
        return max(
            each.ir.count("@llvm.prefetch.p0(ptr %") for each in compiled.explain(*inputs).kernels
        )

    assert asked("bij,bjk->bik", (4, 96, 64), (4, 64, 64)) == 2 * asked(
        "ij,jk->ik", (96, 64), (64, 64)
    )

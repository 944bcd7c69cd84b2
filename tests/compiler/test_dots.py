"""Dots: products of bfloat16 and of bytes by the instructions that add them up in wide lanes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from geartrain import jit, ops, runtime
from geartrain.autodiff import GradientTape
from geartrain.compiler import compile_graph
from geartrain.compiler.emission.emit import emit
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.fusion.dots import dot_for
from geartrain.graph import trace
from geartrain.primitives import Spec, contract, convolve
from geartrain.primitives.windows import Sweep
from geartrain.runtime import host_cpu, llvm, target_cpu
from geartrain.runtime.instruction_sets import INSTRUCTION_SETS, described, runnable
from geartrain.tensor import Array, Dim, Tensor, as_dtype

BFLOAT16 = as_dtype("bfloat16")
BYTES = [("int8", "int8"), ("uint8", "int8"), ("int8", "uint8"), ("uint8", "uint8")]
# (lhs, rhs): which is turned, and how many rows, terms and columns there are
LAYOUTS = ["ik,kj->ij", "ik,jk->ij", "ki,kj->ij", "ki,jk->ij"]
SIZES = [(1, 1, 1), (7, 9, 16), (13, 5, 33), (29, 130, 70)]


def has_dots(*dtypes: str) -> bool:
    """Whether the processor that code is made for has an instruction for such products."""
    return dot_for(target_cpu(), *(as_dtype(each) for each in dtypes)) is not None


needs_dots = pytest.mark.skipif(
    not has_dots("int8", "int8"), reason="a processor without instructions for products of bytes"
)


def numbers(dtype: str, *shape: int, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    kind = as_dtype(dtype)
    if kind.kind in "iu":
        has = np.iinfo(kind)
        return rng.integers(has.min, has.max + 1, shape, kind)
    return rng.standard_normal(shape).astype(kind)


def shaped(letters: str, sizes: dict[str, int]) -> list[int]:
    return [sizes[letter] for letter in letters]


def product_of(layout: str, **parameters: Any) -> Any:
    """A function of two matrices, and the letters of each."""
    lhs, rhs = layout.partition("->")[0].split(",")
    out = layout.partition("->")[2]
    return lambda x, y: contract(x, y, lhs=lhs, rhs=rhs, out=out, **parameters)


def operands(layout: str, sizes: tuple[int, int, int], first: str, second: str) -> list[Array]:
    lhs, rhs = layout.partition("->")[0].split(",")
    named = dict(zip("ikj", sizes, strict=True))
    return [
        numbers(first, *shaped(lhs, named)),
        numbers(second, *shaped(rhs, named), seed=1),
    ]


def is_dot(compiled: Any) -> bool:
    """Whether a compiled function's products have narrow factors."""
    programs = compiled.programs
    tasks = [task for each in programs for stage in each.schedule.stages for task in stage]
    roots = [task.kernel.root for task in tasks if isinstance(task.kernel.root, Contraction)]
    return bool(roots) and all(each.lhs.dtype.itemsize < 4 for each in roots)


# -- bytes: exactly the same numbers --------------------------------------------------------------


@pytest.mark.parametrize("dtypes", BYTES, ids="-".join)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("sizes", SIZES[1:], ids=str)
def test_bytes_give_the_exact_sums(
    layout: str, sizes: tuple[int, int, int], dtypes: tuple[str, str]
) -> None:
    x, y = operands(layout, sizes, *dtypes)
    compiled = jit(product_of(layout, sums="int32"))
    exact = np.einsum(layout, x.astype("int64"), y.astype("int64"))
    np.testing.assert_array_equal(compiled(x, y), exact)
    assert is_dot(compiled) == has_dots(*dtypes)


@needs_dots
def test_a_product_of_widened_bytes_reads_bytes() -> None:
    x, y = numbers("int8", 20, 37), numbers("int8", 37, 40)
    compiled = jit(ops.matmul)
    np.testing.assert_array_equal(compiled(x, y), x.astype(int) @ y.astype(int))
    assert is_dot(compiled)


def test_sums_of_bytes_wrap_as_int32() -> None:
    x, y = np.full((8, 140_000), -128, "int8"), np.full((140_000, 17), -128, "int8")
    expected = np.full((8, 17), 140_000 * 2**14, "int64").astype("int32")
    np.testing.assert_array_equal(jit(ops.matmul)(x, y), expected)


@pytest.mark.parametrize("batch", [1, 19])
def test_a_batch_of_any_size(batch: int) -> None:
    spec = Spec((Dim("batch"), 30), as_dtype("int8"))
    weights = numbers("int8", 30, 50)
    graph = trace(lambda x: ops.matmul(x, Tensor(weights)), [spec])
    x = numbers("int8", batch, 30, seed=batch)
    (found,) = compile_graph(graph).run([x])
    np.testing.assert_array_equal(found, x.astype(int) @ weights.astype(int))


@pytest.mark.parametrize("batch", [1, 6, 19, 300])
def test_a_sum_over_a_batch_of_any_size(batch: int) -> None:
    specs = [Spec((Dim("batch"), size), as_dtype("uint8")) for size in (30, 50)]
    graph = trace(product_of("ki,kj->ij", sums="int32"), specs)
    arrays = [numbers("uint8", batch, size, seed=batch) for size in (30, 50)]
    (found,) = compile_graph(graph).run(arrays)
    np.testing.assert_array_equal(found, arrays[0].T.astype(int) @ arrays[1].astype(int))


CONVOLUTIONS = [
    ((2, 9, 8, 3), (3, 3, 3, 5), (Sweep(), Sweep())),
    ((2, 9, 8, 3), (3, 2, 3, 20), (Sweep(2, 1, 1), Sweep(1, 1, 0, 2))),
    ((3, 30, 5), (4, 5, 33), (Sweep(3),)),
    ((1, 6, 5, 4, 8), (2, 2, 2, 8, 17), (Sweep(), Sweep(1, 1, 1), Sweep(2))),
]


@pytest.mark.parametrize(("shape", "kernel", "sweeps"), CONVOLUTIONS)
@pytest.mark.parametrize("dtypes", [BYTES[0], BYTES[3]], ids="-".join)
def test_convolutions_of_bytes(
    shape: Any, kernel: Any, sweeps: Any, dtypes: tuple[str, str]
) -> None:
    x, w = numbers(dtypes[0], *shape), numbers(dtypes[1], *kernel, seed=1)
    compiled = jit(lambda x, w: convolve(x, w, sweeps=sweeps, sums="int32"))
    exact = convolve(Tensor(x.astype("int64")), Tensor(w.astype("int64")), sweeps=sweeps)
    np.testing.assert_array_equal(compiled(x, w), exact)
    assert is_dot(compiled) == has_dots(*dtypes)


# -- bfloat16: within a bound ---------------------------------------------------------------------


def assert_bounded(found: Any, x: Array, y: Array, layout: str) -> None:
    """Two roundings to 24 bits a term, numbers below 2**-126 as zeros, one rounding at the end."""
    wide = [each.astype("float64") for each in (x, y)]
    exact = np.einsum(layout, *wide)
    sizes = np.einsum(layout, *map(np.abs, wide))
    terms = int(np.sqrt(x.size * y.size / exact.size))
    bound = 2 * terms * 2.0**-24 * sizes * 2 + terms * 2.0**-125
    final = np.abs(exact) * 2.0**-8 * 1.01 if found.dtype == as_dtype("bfloat16") else 0
    error = np.abs(np.asarray(found.numpy(), "float64") - exact)
    assert np.all(error <= bound + final)


@pytest.mark.parametrize("sums", [None, "float32"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("sizes", SIZES[1:], ids=str)
def test_bfloat16_is_bounded(layout: str, sizes: tuple[int, int, int], sums: str | None) -> None:
    x, y = operands(layout, sizes, "bfloat16", "bfloat16")
    compiled = jit(product_of(layout, **({"sums": sums} if sums else {})))
    assert_bounded(compiled(x, y), x, y, layout)
    if sizes[2] > 16:
        assert is_dot(compiled) == has_dots("bfloat16", "bfloat16")


def test_small_whole_numbers_are_exact() -> None:
    x, y = (numbers("int8", *shape) % 16 for shape in ((50, 77), (77, 40)))
    exact = x.astype(int) @ y.astype(int)
    wide = jit(product_of("ik,kj->ij", sums="float32"))
    np.testing.assert_array_equal(wide(*(each.astype(BFLOAT16) for each in (x, y))), exact)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("terms", [8, 9])
def test_special_numbers_reach_their_row_and_no_other(value: float, terms: int) -> None:
    x, y = np.ones((7, terms), BFLOAT16), np.ones((terms, 40), BFLOAT16)
    x[3, terms - 1] = value
    found = jit(ops.matmul)(x, y).numpy().astype("float32")
    np.testing.assert_array_equal(found[3], np.full(40, value, "float32"))
    np.testing.assert_array_equal(np.delete(found, 3, 0), terms)


def test_what_lies_behind_a_row_is_no_part_of_it() -> None:
    """A row of an odd number of terms; behind it in memory lies a NaN."""
    x = np.full((6, 12), np.nan, BFLOAT16)
    x[:, :9] = 1
    y = np.ones((9, 20), BFLOAT16)
    found = jit(lambda x, y: ops.matmul(x[:, :9], y))(x, y)
    np.testing.assert_array_equal(found.numpy().astype(int), 9)


def gradients(x: Tensor, w: Tensor, sweeps: Any) -> tuple[Tensor, ...]:
    with GradientTape() as tape:
        tape.watch([x, w])
        loss = ops.sum(ops.square(ops.cast(convolve(x, w, sweeps=sweeps), "float32")))
    return tuple(tape.gradient(loss, [x, w]))


@pytest.mark.parametrize(("shape", "kernel", "sweeps"), CONVOLUTIONS)
def test_convolutions_of_bfloat16_and_their_gradients(shape: Any, kernel: Any, sweeps: Any) -> None:
    x, w = numbers("bfloat16", *shape), numbers("bfloat16", *kernel, seed=1)
    compiled = jit(lambda x, w: gradients(x, w, sweeps))
    wide = (Tensor(each.astype("float64")) for each in (x, w))
    for found, exact in zip(compiled(x, w), gradients(*wide, sweeps), strict=True):
        numbers_found, size = found.numpy().astype("float64"), np.abs(exact.numpy()).max()
        assert np.abs(numbers_found - exact.numpy()).max() <= 0.02 * size
    assert is_dot(compiled) == has_dots("bfloat16", "bfloat16")


# -- order and memory -----------------------------------------------------------------------------


def by_weights(x: Tensor, w: Tensor) -> Tensor:
    return gradients(x, w, (Sweep(), Sweep()))[1]


CASES: dict[str, Any] = {
    "product": (ops.matmul, (37, 75), (75, 130)),
    "batches": (ops.matmul, (3, 37, 75), (3, 75, 30)),
    "long": (product_of("ki,kj->ij"), (5001, 20), (5001, 40)),
    "parts": (by_weights, (9, 30, 31, 8), (1, 1, 8, 16)),
    "windows": (by_weights, (9, 31, 30, 8), (3, 3, 8, 16)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_bits_for_any_number_of_threads_and_caches(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, *shapes = CASES[name]
    arrays = [numbers("bfloat16", *shape, seed=at) for at, shape in enumerate(shapes)]
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    found, codes = set(), set()
    for l2_bytes, threads in product((1 << 14, 1 << 22), (1, 3)):
        chosen = replace(target_cpu(), l2_bytes=l2_bytes)
        monkeypatch.setattr(
            "geartrain.compiler.programs.program.target_cpu", lambda *_, c=chosen: c
        )
        monkeypatch.setattr("geartrain.compiler.programs.passes.target_cpu", lambda *_, c=chosen: c)
        runtime.set_num_threads(threads)
        compiled = jit(function)
        found.add(compiled(*arrays).numpy().tobytes())
        codes.update(each.ir for each in compiled.programs)
    runtime.set_num_threads(None)
    assert len(codes) > 1 or name in ("product", "batches")  # blocks of other sizes
    assert len(found) == 1


@pytest.mark.parametrize("layout", LAYOUTS[:2])
def test_a_deep_sum_goes_in_blocks_of_whole_groups(layout: str) -> None:
    terms = 4 * (2 * target_cpu().l2_bytes // 4 // 64 + 5) + 3
    for dtype in ("int8", "bfloat16"):
        x, y = operands(layout, (21, terms, 140), dtype, dtype)
        found = jit(product_of(layout, **({"sums": "int32"} if dtype == "int8" else {})))(x, y)
        if dtype == "int8":
            exact = np.einsum(layout, x.astype("float64"), y.astype("float64"))
            np.testing.assert_array_equal(found, exact)
        else:
            assert_bounded(found, x, y, layout)


# -- processors -----------------------------------------------------------------------------------

INSTRUCTIONS = {
    ("avx512-dot", "bfloat16"): "vdpbf16ps",
    ("avx512-dot", "int8"): "vpdpbusd",
    ("avx512-dot", "uint8"): "vpdpbusd",
    ("avx2-dot", "int8"): "vpdpbusd",
    ("avx2-dot", "uint8"): "vpdpbusd",
    ("neon-dot", "bfloat16"): "bfdot",
    ("neon-dot", "int8"): "sdot",
    ("neon-dot", "uint8"): "udot",
}


def assembly_of(name: str, dtype: str, monkeypatch: pytest.MonkeyPatch) -> str:
    cpu = described(name, host_cpu())
    monkeypatch.setattr("geartrain.compiler.fusion.dots.target_cpu", lambda: cpu)
    sums = "float32" if dtype == "bfloat16" else "int32"
    specs = [Spec(shape, as_dtype(dtype)) for shape in ((40, 64), (64, 48))]
    graph = trace(product_of("ik,kj->ij", sums=sums), specs)
    return llvm.assembly(emit(compile_graph(graph).schedule, cpu), cpu)


@pytest.mark.parametrize(("name", "dtype"), INSTRUCTIONS, ids="-".join)
def test_the_instruction_is_chosen_by_the_processors_features(
    name: str, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARTRAIN_DEVICE", "null")
    assert INSTRUCTIONS[name, dtype] in assembly_of(name, dtype, monkeypatch)


@pytest.mark.parametrize("name", [each for each in INSTRUCTION_SETS if "-dot" not in each])
def test_processors_without_them_widen(name: str) -> None:
    cpu = described(name, host_cpu())
    for first, second in (*BYTES, ("bfloat16", "bfloat16")):
        assert dot_for(cpu, as_dtype(first), as_dtype(second)) is None


def test_factors_of_two_kinds_have_no_dot() -> None:
    for first, second in (("int8", "bfloat16"), ("bfloat16", "float32"), ("int32", "int32")):
        assert dot_for(target_cpu(), as_dtype(first), as_dtype(second)) is None


@pytest.mark.parametrize("name", runnable(host_cpu()))
@pytest.mark.parametrize("dtype", ["int8", "bfloat16"])
def test_every_instruction_set_gives_its_numbers(
    name: str, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARTRAIN_CPU", name)
    x, y = numbers(dtype, 21, 43), numbers(dtype, 43, 37, seed=1)
    found = jit(ops.matmul)(x, y)
    if dtype == "int8":
        np.testing.assert_array_equal(found, x.astype(int) @ y.astype(int))
    else:
        assert_bounded(found, x, y, "ik,kj->ij")

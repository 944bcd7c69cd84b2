"""Code for other processors: AVX2 and SSE run here, AArch64 is compiled here.

`tools/run_on_aarch64.py` runs these tests and others in an emulated AArch64.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

import numpy as np
import pytest

from geartrain import jit, ops, runtime
from geartrain.compiler import compile_graph
from geartrain.compiler.emission.emit import emit
from geartrain.compiler.instructions.without_fma import without_fma
from geartrain.graph import trace
from geartrain.primitives import PRIMITIVES, Spec
from geartrain.runtime import host_cpu, llvm
from geartrain.runtime.instruction_sets import INSTRUCTION_SETS, described, runnable
from geartrain.tensor import Dim, Tensor

from ..numbers import programs
from .test_golden_programs import FUNCTIONS, B, V, W
from .test_programs import RUNNABLE, arrays_for, results, start_values
from .test_vector_math import UNARY, function_ir, samples

# `test_dots.py` runs what the sets with dots add.
SETS = [name for name in INSTRUCTION_SETS if not name.endswith("-dot")]
HERE, BATCH = [name for name in runnable(host_cpu()) if name in SETS], Dim("batch")
CHOSEN = ("argmax", "chain", "dense_softmax", "dense_twice", "gather_dense", "outer", "sgd_step")
# What a processor without the registers or without the instructions would have to do.
FOREIGN = {
    "sse": ("ymm", "zmm", "fmaf@", "vfmadd"),
    "avx2": ("zmm", "fmaf@", "rsqrt14"),
    "avx512": ("fmaf@",),
    "neon": ("fmaf", "xmm", "blr\tx"),
}


@pytest.fixture(params=HERE)
def instruction_set(request, monkeypatch):
    monkeypatch.setenv("GEARTRAIN_CPU", request.param)
    programs.use_threads_always(monkeypatch)
    return request.param


@pytest.mark.parametrize("name", RUNNABLE)
def test_programs_give_the_eager_numbers_on_every_instruction_set(name, instruction_set):
    function, specs = FUNCTIONS[name]
    arrays = arrays_for(specs, 17)
    if name == "grad_of_softmax_crossentropy":
        arrays[0] /= arrays[0].sum(-1, keepdims=True)
    start_values()
    expected = [each.numpy() for each in results(function(*map(Tensor, arrays)))]
    expected += [each.numpy() for each in (W, V, B)]
    program = compile_graph(trace(function, specs))
    assert program.cpu.name == INSTRUCTION_SETS[instruction_set].cpu_name
    bits = set()
    for threads in (1, 2, 3):
        runtime.set_num_threads(threads)
        start_values()
        found = [*program.run(arrays), *(each.numpy() for each in (W, V, B))]
        bits.add(programs.digest(found))
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(other, one, rtol=2e-5, atol=2e-6)
    assert len(bits) == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_primitives_give_the_eager_numbers_on_every_instruction_set(name, dtype, instruction_set):
    primitive = PRIMITIVES[name]
    sample = next(iter(primitive.samples()))
    inputs = [
        Tensor(each.astype(dtype) if each.dtype.kind == "f" else each) for each in sample.inputs
    ]

    def function(*tensors):
        return primitive(*tensors, **sample.parameters)

    eager, compiled = (run(*inputs) for run in (function, jit(function)))
    pairs = [[each] if isinstance(each, Tensor) else each for each in (compiled, eager)]
    for one, other in zip(*pairs, strict=True):
        rtol = sample.rtol.get(other.dtype.name, 0)
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=rtol, atol=1e-7)


@cache
def text_of(function, name):
    """A program's IR and assembly for an instruction set, run here or not."""
    cpu = described(name, host_cpu())
    ir = emit(compile_graph(trace(*FUNCTIONS[function])).schedule, cpu)
    return ir, llvm.assembly(ir, cpu)


def test_a_program_stays_what_it_was_made_for(monkeypatch):
    """Memory for its panels is measured by its own vectors."""
    monkeypatch.setenv("GEARTRAIN_CPU", HERE[-1])
    x = np.ones((300, 300), "float32")
    program = compile_graph(
        trace(lambda a: ops.matmul(a, ops.transpose(a)), [Spec((BATCH, 300), x.dtype)])
    )
    monkeypatch.setenv("GEARTRAIN_CPU", HERE[0])
    assert program.cpu.name == INSTRUCTION_SETS[HERE[-1]].cpu_name
    np.testing.assert_array_equal(program.run([x])[0], 300 * x)


@pytest.mark.parametrize("name", SETS)
def test_code_uses_what_the_processor_has(name):
    for function in CHOSEN:
        ir, assembly = text_of(function, name)
        assert f"<{2 * described(name, host_cpu()).vector_bits // 32} x float>" not in ir
        assert not [each for each in FOREIGN[name] if each in assembly]


def test_cross_compiled_code_has_vectors_and_waits_as_its_system_does():
    ir, assembly = text_of("dense_softmax", "neon")
    assert "fmla\tv" in assembly
    assert ".4s" in assembly
    assert "i64 98, ptr" in ir or sys.platform != "linux"  # the futex's number on AArch64
    assert "llvm.aarch64.hint" in ir


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(set(UNARY) - {"rsqrt"}))
@np.errstate(invalid="ignore")  # a signalling NaN is cast
def test_elementary_functions_give_the_same_bits_on_every_instruction_set(name, dtype):
    x = samples()[::16].astype(dtype)
    bits = {}
    for each in (host_cpu(), *(described(name, host_cpu()) for name in HERE)):
        lanes = each.vector_bits // 8 // x.itemsize
        ir = function_ir(name, x.dtype, lanes, each.features, 1)
        library = llvm.link(llvm.compile_object(ir if each.fma else without_fma(ir), each))
        out, count = np.empty_like(x), np.array([len(x) // 16 * 16])
        function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)(library.addresses["f"])
        function(x.ctypes.data, out.ctypes.data, count.ctypes.data)
        bits[each.name] = programs.digest([np.where(np.isnan(out), 0, out)[: count[0]]])
    assert len(set(bits.values())) == 1, bits

"""Emit: a schedule becomes one module of LLVM IR text.

    define void @program(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier) {
      for step in range(steps):
          k0(tid, nthreads, context, step)          stage 0
          barrier
          k1(...); k2(...)                          stage 1
          barrier ...
    }

Every worker runs the same program; each kernel takes the worker's share of its places. There is
one function a kernel, so that a profiler and a reader find it by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from geartrain.compiler.emit_contraction import ContractionEmitter
from geartrain.compiler.emit_reduction import ReductionEmitter
from geartrain.compiler.emit_rows import RowsEmitter
from geartrain.compiler.emit_scatter import ScatterEmitter
from geartrain.compiler.emit_walk import WalkEmitter
from geartrain.compiler.emit_winograd import WinogradEmitter, WinogradGradientEmitter
from geartrain.compiler.ir import Builder, Value, integer
from geartrain.compiler.kernels import Contraction, Reduction, Scatter, Walk
from geartrain.compiler.memory import Layout, Memory
from geartrain.compiler.schedule import Schedule, Task
from geartrain.compiler.winograd import Winograd, WinogradGradient
from geartrain.compiler.without_fma import without_fma
from geartrain.runtime.cpu import Cpu
from geartrain.runtime.pool_ir import barrier_ir
from geartrain.tensor.dtypes import INT64

KERNEL_ARGUMENTS = "(i64 %tid, i64 %nthreads, ptr %context, i64 %step)"
PROGRAM_ARGUMENTS = "(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier)"


def emit(schedule: Schedule, cpu: Cpu, *, profile: bool = False) -> str:
    """The text of a module whose `program` runs a schedule.

    With `profile`, each kernel can be called alone as well: `time_KERNEL` runs it once a step.
    """
    layout = Layout.of(schedule)
    declarations: dict[str, str] = {}
    functions = [
        _emit_kernel(task, schedule, layout, cpu, declarations)
        for stage in schedule.stages
        for task in stage
    ]
    functions.append(_emit_program(schedule.stages, "program"))
    if profile:
        tasks = [task for stage in schedule.stages for task in stage]
        functions += [_emit_program([[task]], f"time_{task.kernel.name}") for task in tasks]
    barrier = barrier_ir(architecture=cpu.architecture)
    module = "\n\n".join([*functions, barrier, *sorted(set(declarations.values()))])
    return module if cpu.fma else without_fma(module)


def _emit_kernel(
    task: Task, schedule: Schedule, layout: Layout, cpu: Cpu, declarations: dict[str, str]
) -> str:
    builder = Builder()
    memory = Memory(builder, layout, schedule, task)
    emitter_for(builder, memory, task, cpu).emit()
    declarations.update(builder.declarations)
    return builder.function(f"internal void @{task.kernel.name}{KERNEL_ARGUMENTS} noinline")


def emitter_for(builder: Builder, memory: Memory, task: Task, cpu: Cpu) -> Emitter:
    """The emitter that a kernel's root asks for."""
    root = task.kernel.root
    if isinstance(root, WinogradGradient):
        return WinogradGradientEmitter(builder, memory, task, cpu)
    if isinstance(root, Winograd):
        return WinogradEmitter(builder, memory, task, cpu)
    if isinstance(root, Contraction):
        return ContractionEmitter(builder, memory, task, cpu)
    if isinstance(root, Scatter):
        return ScatterEmitter(builder, memory, task, cpu)
    if isinstance(root, Walk):
        return WalkEmitter(builder, memory, task, cpu)
    if isinstance(root, Reduction):
        return ReductionEmitter(builder, memory, task, cpu.features, cpu.vector_bits)
    return RowsEmitter(builder, memory, task, cpu.features, cpu.vector_bits)


class Emitter(Protocol):
    """What writes one kernel."""

    def emit(self) -> None:
        """Write the kernel."""


def _emit_program(stages: Sequence[Sequence[Task]], name: str) -> str:
    builder = Builder()
    steps = builder.load("%context", INT64)

    def step(number: Value, carried: list[Value]) -> list[Value]:
        for stage in stages:
            for task in stage:
                arguments = f"i64 %tid, i64 %nthreads, ptr %context, {number}"
                builder.do(f"call void @{task.kernel.name}({arguments})")
            builder.do("call void @geartrain_barrier(ptr %barrier, i64 %nthreads)")
        return carried

    builder.loop(integer(0), steps, integer(1), [], step)
    return builder.function(f"void @{name}{PROGRAM_ARGUMENTS}")

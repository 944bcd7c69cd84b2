"""Emit: a schedule becomes one module of LLVM IR text.

    define internal void @k0_...(i64 %tid, i64 %nthreads, ptr %context, i64 %step) { ... }
    define void @program(...) { ... }                    see `emit_program.py`

Every worker runs the same program; each kernel takes the worker's share of its places. There is
one function a kernel, so that a profiler and a reader find it by its name.
"""

from __future__ import annotations

from typing import Protocol

from geartrain.compiler.emission.emit_contraction import ContractionEmitter
from geartrain.compiler.emission.emit_program import emit_program, kernel_arguments
from geartrain.compiler.emission.emit_reduction import ReductionEmitter
from geartrain.compiler.emission.emit_rows import RowsEmitter
from geartrain.compiler.emission.emit_scatter import ScatterEmitter
from geartrain.compiler.emission.emit_walk import WalkEmitter
from geartrain.compiler.emission.emit_winograd import WinogradEmitter, WinogradGradientEmitter
from geartrain.compiler.emission.flatten import flattened
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.form.kernels import Contraction, Reduction, Scatter, Walk
from geartrain.compiler.fusion.winograd import Winograd, WinogradGradient
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.without_fma import without_fma
from geartrain.compiler.planning.layout import Layout
from geartrain.compiler.planning.schedule import Schedule, Task
from geartrain.runtime.cpu import Cpu
from geartrain.runtime.pool_ir import barrier_ir


def emit(schedule: Schedule, cpu: Cpu) -> str:
    """The text of a module whose `program` runs a schedule."""
    layout = Layout.of(schedule.buffers)
    declarations: dict[str, str] = {}
    functions = [
        _emit_kernel(task, schedule, layout, cpu, declarations)
        for stage in schedule.stages
        for task in stage
    ]
    functions.append(emit_program(schedule, layout))
    barrier = barrier_ir(architecture=cpu.architecture)
    module = "\n\n".join([*functions, barrier, *sorted(set(declarations.values()))])
    return module if cpu.fma else without_fma(module)


def _emit_kernel(
    task: Task, schedule: Schedule, layout: Layout, cpu: Cpu, declarations: dict[str, str]
) -> str:
    task = flattened(task)
    builder = Builder()
    memory = Memory(builder, layout, schedule, task)
    emitter_for(builder, memory, task, cpu).emit()
    declarations.update(builder.declarations)
    signature = f"@{task.kernel.name}{kernel_arguments(task, schedule.depth)}"
    return builder.function(f"internal void {signature} noinline")


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
    return RowsEmitter(builder, memory, task, cpu.features, cpu.vector_bits, cpu.l3_bytes)


class Emitter(Protocol):
    """What writes one kernel."""

    def emit(self) -> None:
        """Write the kernel."""

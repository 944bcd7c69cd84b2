"""Sizing: a schedule at given sizes of its symbolic axes becomes plain numbers, `Sized`."""

from __future__ import annotations

from collections.abc import Mapping

from geartrain.compiler.emission.emit_block import block_bytes
from geartrain.compiler.emission.emit_parts import block_sizes
from geartrain.compiler.emission.emit_windows import line_bytes
from geartrain.compiler.emission.panels import panel_bytes
from geartrain.compiler.form.buffers import Buffer
from geartrain.compiler.form.kernels import Contraction, Kernel
from geartrain.compiler.planning.layout import size_bytes
from geartrain.compiler.planning.own_rows import OWN_ROWS
from geartrain.compiler.planning.plan_memory import plan_memory
from geartrain.compiler.planning.schedule import Schedule, Task
from geartrain.compiler.programs.sized import Sized
from geartrain.runtime.cpu import Cpu
from geartrain.tensor.shape import size_value


def size_up(plan: Schedule, cpu: Cpu, sizes: Mapping[str, int]) -> Sized:
    """Plan a schedule's memory, and count what it does."""
    offsets, total = plan_memory(plan, sizes)
    kernels = [task.kernel for stage in plan.stages for task in stage]
    return Sized(
        tuple(offsets.get(buffer) for buffer in plan.buffers),
        total,
        max((_own_bytes(each, cpu, sizes) for each in kernels), default=0),
        step_flops(plan, sizes),
        _stored_bytes(plan, sizes),
        _stored_bytes(plan, sizes) + _read_bytes(plan, sizes),
        any(loop.length is None for loop in plan.loops),
    )


def _own_bytes(kernel: Kernel, cpu: Cpu, sizes: Mapping[str, int]) -> int:
    """The memory that each worker needs for itself."""
    if not isinstance(kernel.root, Contraction):
        return 0
    blocks = block_sizes(kernel.root, kernel.root.depth, cpu) if kernel.block else ()
    own = line_bytes(kernel) + block_bytes(kernel, blocks)
    return panel_bytes(kernel.root, cpu, dict(sizes)) + own


def _stored_bytes(plan: Schedule, sizes: Mapping[str, int]) -> int:
    stored: dict[Buffer, int] = {}
    for number, stage in enumerate(plan.stages):
        repeats = plan.repeats(number)
        stored.update((buffer, repeats) for task in stage for _, buffer in task.stores)
    return sum(size_bytes(each, sizes) * stored[each] for each in stored)


def _read_bytes(plan: Schedule, sizes: Mapping[str, int]) -> int:
    """The bytes of what is read and not stored."""
    tasks = [task for stage in plan.stages for task in stage]
    stored = {buffer for task in tasks for _, buffer in task.stores}
    read = {plan.source(node) for task in tasks for node in task.kernel.loaded()}
    return sum(size_bytes(each, sizes) for each in read - stored)


def step_flops(plan: Schedule, sizes: Mapping[str, int]) -> int:
    """Multiplications and additions of all contractions in one step."""
    return sum(
        task_flops(task, sizes) * plan.repeats(number)
        for number, stage in enumerate(plan.stages)
        for task in stage
    )


def task_flops(task: Task, sizes: Mapping[str, int]) -> int:
    """Multiplications and additions of a kernel's contraction."""
    root = task.kernel.root
    if not isinstance(root, Contraction):
        return 0
    sizes = task_sizes(task, sizes)
    count = 2 * root.work
    axes = [axis for axis in task.kernel.axes if axis is not root.chunk]
    for axis in (*axes, *root.depth):
        count *= size_value(axis.extent, dict(sizes))
    return int(count)


def task_sizes(task: Task, sizes: Mapping[str, int]) -> Mapping[str, int]:
    """The sizes of a kernel's axes: where each worker has rows of its own, those of all."""
    if task.own is None:
        return sizes
    return {**sizes, OWN_ROWS.name: size_value(task.own.extent, dict(sizes))}

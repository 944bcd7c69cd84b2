"""Emit what a long sum reads, block by block, into the memory of the worker who reads it.

    for part in my share of the parts:
        for block of the part:                      25 rows of an image
            for row, column of the block:           into this worker's memory, not away
                spread = ...
            for tile in all tiles:  ...             which read it there

See `emit_parts.py` for the blocks; the numbers are those of two kernels, one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from geartrain.compiler.emission.emit_rows import RowsEmitter
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.tiling import Run
from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.form.kernels import Kernel
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.planning.schedule import Task
from geartrain.runtime.cpu import Cpu


class BlockMaker:
    """Writes the loops that make a block of one value."""

    def __init__(self, builder: Builder, memory: Memory, task: Task, cpu: Cpu) -> None:
        kernel = task.kernel.block
        if kernel is None:
            raise TypeError(f"{task.kernel.name} makes nothing for itself")
        self.builder = builder
        self.memory = memory
        (self.node,) = kernel.stored
        self.steps = _steps(kernel)
        memory.lay(self.node, memory.panel, self.steps)
        own = Buffer(Kind.SCRATCH, self.node.spec, self.node)
        task = replace(task, kernel=kernel, stores=((self.node, own),))
        args = builder, memory, task, cpu.features, cpu.vector_bits, cpu.l3_bytes
        self.rows = RowsEmitter(*args)

    def make(self, axes: Sequence[Axis], runs: Sequence[Run]) -> None:
        """Make what lies between the starts and the ends of the runs of some axes."""
        builder, before = self.builder, integer(0)
        edges = {run.axes[0]: (run.start, run.stop) for run in runs}
        for axis, step in zip(axes, self.steps, strict=False):
            moved = builder.multiply(edges[axis][0], step)
            before = builder.subtract(before, moved)
        base = builder.pointer(self.memory.panel, self.node.dtype, before)
        self.memory.lay(self.node, base, self.steps)
        self._walk([edges[axis] for axis in axes], [])

    def _walk(self, edges: Sequence[tuple[Value, Value]], places: list[Value]) -> None:
        if not edges:
            self.rows.emit_at(places)
            return
        (first, last), *inner = edges

        def turn(place: Value, carried: list[Value]) -> list[Value]:
            self._walk(inner, [*places, place])
            return carried

        self.builder.loop(first, last, integer(1), [], turn)


def _steps(kernel: Kernel) -> tuple[Value, ...]:
    """How far elements lie apart along each axis of a block."""
    sizes = [int(str(size)) for size in kernel.stored[0].shape[1:]]
    return tuple(integer(math.prod(sizes[axis:])) for axis in range(len(sizes) + 1))


def block_bytes(kernel: Kernel, blocks: Sequence[int]) -> int:
    """The memory that a worker needs for a block of so many places of the first axes."""
    if kernel.block is None:
        return 0
    (node,) = kernel.block.stored
    inner = [int(str(size)) for size in node.shape[len(blocks) :]]
    whole = math.prod((*blocks, *inner)) * node.dtype.itemsize
    return -(-whole // 64) * 64

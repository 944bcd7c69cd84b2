"""Emit what is done with windows of a convolution's results, while they are in the cache.

    for line of windows in my share:                 74 x 32 of them, each of 2 rows of 148 pixels
        for row of the line:                         2
            for tile of the row:                     results into this worker's memory, not away
        for window of the line:                      74
            window_max = ...; window_argmax = ...    from this worker's memory; stored

A convolution by tiles of 4 x 4 results has whole windows in each tile, and goes on with them there
(`emit_winograd.py`). The numbers are those of two kernels, one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geartrain.compiler.emission.emit_rows import RowsEmitter, store_values
from geartrain.compiler.emission.evaluate import Evaluator
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.panels import Depth
from geartrain.compiler.emission.sharing import product_of, share_of, unflatten
from geartrain.compiler.form.kernels import Kernel, Windows
from geartrain.compiler.fusion.winograd import Winograd
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.planning.schedule import Task

if TYPE_CHECKING:
    from geartrain.compiler.emission.emit_contraction import ContractionEmitter


class Kept:
    """The results that wait in a worker's own memory, and what is made of them."""

    def __init__(self, builder: Builder, memory: Memory, task: Task, windows: Windows) -> None:
        self.builder = builder
        self.memory = memory
        self.maker = task.kernel
        self.windows = windows
        self.task = replace(task, kernel=windows.kernel)

    def lie_at(self, address: str, starts: Sequence[Value], steps: Sequence[int]) -> None:
        """From here on, the results from some place on lie at an address, so many numbers apart."""
        before = integer(0)
        for start, step in zip(starts, steps, strict=True):
            before = self.builder.add(before, self.builder.multiply(start, integer(-step)))
        base = self.builder.pointer(address, self.windows.node.dtype, before)
        self.memory.lay(self.windows.node, base, tuple(map(integer, steps)))

    def keep(self, evaluator: Evaluator) -> None:
        """Put the result at the place where the evaluator stands into this worker's memory."""
        node, offset = self.windows.node, integer(0)
        for axis, step in zip(self.maker.axes, self.memory.strides_of(node), strict=True):
            place = evaluator.places.get(axis, integer(0))
            offset = self.builder.add(offset, self.builder.multiply(place, step))
        address = self.builder.pointer(self.memory.base(node), node.dtype, offset)
        found = self.builder.splat(evaluator.values[node], evaluator.lanes)
        self.builder.store(found, address, evaluator.mask)

    def finish(
        self, evaluator: Evaluator, places: Sequence[Value], first: Value, lanes: int
    ) -> None:
        """The statements on a window, for whole vectors of lanes, and their stores."""
        kernel = self.windows.kernel
        evaluator.places.update(zip(kernel.rows, places, strict=True))
        evaluator.run_lanes(kernel.axes[-1], first, lanes)
        for each in kernel.statements:
            evaluator.values[each.node] = evaluator.vector(each.expr)
        nodes = [each.node for each in kernel.statements]
        store_values(self.builder, evaluator, self.task, nodes, lane=True)


def emit_lines(owner: ContractionEmitter, kept: Kept) -> None:
    """Write the kernel: each worker takes its share of the lines of windows."""
    builder, memory, cpu = owner.builder, owner.memory, owner.cpu
    kernel, height = kept.windows.kernel, kept.windows.sizes[0]
    rows = RowsEmitter(builder, memory, kept.task, cpu.features, cpu.vector_bits, cpu.l3_bytes)
    depth = Depth(tuple(owner.whole_depth(owner.axes)))
    extents = [memory.size(axis.extent) for axis in kernel.rows]
    start, stop = share_of(builder, extents[:2])
    steps = _line_steps(kept.windows)

    def line(flat: Value, carried: list[Value]) -> list[Value]:
        image, number = unflatten(builder, flat, extents[:2])
        top = builder.multiply(number, integer(height))
        kept.lie_at(memory.panel, [integer(0), top, integer(0), integer(0)], steps)

        def row(place: Value, nothing: list[Value]) -> list[Value]:
            with owner.evaluator.scope():
                here = (image, builder.add(top, place))
                owner.evaluator.places.update(zip(owner.outer, here, strict=True))
                total = product_of(builder, owner.tile_extents(()))
                owner.emit_tiles(integer(0), total, (), depth)
            return nothing

        builder.loop(integer(0), integer(height), integer(1), [], row)

        def window(place: Value, nothing: list[Value]) -> list[Value]:
            rows.emit_at((image, number, place))
            return nothing

        builder.loop(integer(0), extents[2], integer(1), [], window)
        return carried

    builder.loop(start, stop, integer(1), [], line)
    rows.fence()


def _line_steps(windows: Windows) -> tuple[int, ...]:
    """How far results lie apart along each axis, where a worker has a line of windows of them."""
    width, features = (int(str(size)) for size in windows.node.shape[2:])
    return 0, width * features, features, 1


def line_bytes(kernel: Kernel) -> int:
    """The memory that a worker needs for results that wait, beside that of the convolution."""
    if kernel.windows is None or isinstance(kernel.root, Winograd):
        return 0
    node, height = kernel.windows.node, kernel.windows.sizes[0]
    whole = height * math.prod(int(str(size)) for size in node.shape[2:]) * node.dtype.itemsize
    return -(-whole // 64) * 64

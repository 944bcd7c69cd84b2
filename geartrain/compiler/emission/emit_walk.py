"""Emit a kernel with a walk for its root: a total that goes along one axis.

    the axis is not the last one                     it is
        for lanes j of my share:                         for places j of my share:
            total = 0 (a vector)                             total = 0
            for i: total += x[i, j], statements, store       for i: total += x[j, i], ...

The order of the sum is the axis's, so the numbers are those of NumPy, whoever computes them.
"""

from __future__ import annotations

from collections.abc import Sequence

from geartrain.compiler.emission.emit_rows import lanes_for, store_values
from geartrain.compiler.emission.evaluate import Evaluator
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.sharing import share_of, unflatten
from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.form.kernels import Walk
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.planning.schedule import Task
from geartrain.runtime.cpu import Cpu


class WalkEmitter:
    """Writes one kernel with a walk at its root."""

    def __init__(self, builder: Builder, memory: Memory, task: Task, cpu: Cpu) -> None:
        if not isinstance(task.kernel.root, Walk):
            raise TypeError(f"{task.kernel.name} has no walk at its root")
        self.builder = builder
        self.memory = memory
        self.task = task
        self.kernel = task.kernel
        self.root = task.kernel.root
        self.axis = task.kernel.axes[self.root.position]
        self.evaluator = Evaluator(builder, memory, cpu.features)
        self.lanes = 1 if self.axis is self.kernel.lane else lanes_for(task, cpu.vector_bits)

    def emit(self) -> None:
        """Write the kernel: each worker takes its share of the walks."""
        self.evaluator.hoist(self.kernel.expressions())
        beside = [axis for axis in self.kernel.axes if axis is not self.axis]
        extents = [self._tasks(axis) for axis in beside]
        start, stop = share_of(self.builder, extents)

        def task(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                places = unflatten(self.builder, flat, extents)
                self.evaluator.places.update(zip(beside, places, strict=True))
                if beside and beside[-1] is self.kernel.lane:
                    self._run_lanes(beside[-1], places[-1])
                self._walk()
            return carried

        self.builder.loop(start, stop, integer(1), [], task)

    def _tasks(self, axis: Axis) -> Value:
        """How many tasks an axis gives: one a place, of the lane axis one a vector."""
        extent = self.memory.size(axis.extent)
        if axis is not self.kernel.lane:
            return extent
        return self.builder.divide_up(extent, self.lanes)

    def _run_lanes(self, axis: Axis, chunk: Value) -> None:
        first, mask = self.builder.multiply(chunk, integer(self.lanes)), None
        if self.lanes > 1 and not (isinstance(axis.extent, int) and axis.extent % self.lanes == 0):
            left = self.builder.binary("sub", self.memory.size(axis.extent), first)
            mask = self.builder.first_lanes(self.lanes, left)
        self.evaluator.run_lanes(axis, first, self.lanes, mask)

    def _walk(self) -> None:
        """Go along the axis; each place gets the total, and what is made of it."""
        node = self.root.node
        start = self.builder.splat(self.evaluator.vector(self.root.initial), self.lanes)
        nodes = [node, *(each.node for each in self.kernel.statements)]

        def step(number: Value, carried: list[Value]) -> list[Value]:
            with self.evaluator.scope():
                self.evaluator.places[self.axis] = number
                self.evaluator.values[node] = carried[0]
                total = self.builder.splat(self.evaluator.vector(self.root.body), self.lanes)
            with self.evaluator.scope():
                self.evaluator.places[self.axis] = number
                self.evaluator.values[node] = total
                for each in self.kernel.statements:
                    self.evaluator.values[each.node] = self.evaluator.vector(each.expr)
                store_values(self.builder, self.evaluator, self.task, nodes, lane=True)
            return [total]

        stop = self.memory.size(self.axis.extent)
        self.builder.loop(integer(0), stop, integer(1), [start], step)

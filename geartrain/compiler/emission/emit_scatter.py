"""Emit a kernel with a scatter for its root: updates that go where indices say, in order.

    rows first to last of the result are mine:
    for row in my rows:           out[row, :] = 0
    for i in the updates:         r = indices[i]
        if first <= r < last:         for lanes j: out[r, j] += updates[i, j]

Every worker reads all indices and takes the updates of its own rows, so that no two write to one
place, and each place gets its updates in their order: the same bits for any number of workers. An
index that is nobody's (below 0, or too large) goes nowhere.
"""

from __future__ import annotations

from collections.abc import Callable

from geartrain.compiler.emission.emit_rows import lanes_for
from geartrain.compiler.emission.evaluate import Evaluator
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.sharing import share_of, unflatten
from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.form.kernels import Scatter
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.planning.schedule import Task
from geartrain.runtime.cpu import Cpu

UNROLLED_CHUNKS = 8


class ScatterEmitter:
    """Writes one kernel with a scatter at its root."""

    def __init__(self, builder: Builder, memory: Memory, task: Task, cpu: Cpu) -> None:
        if not isinstance(task.kernel.root, Scatter):
            raise TypeError(f"{task.kernel.name} has no scatter at its root")
        self.builder = builder
        self.memory = memory
        self.task = task
        self.root = task.kernel.root
        self.evaluator = Evaluator(builder, memory, cpu.features)
        count = len(self.root.targets)
        self.found, self.rest = task.kernel.axes[:count], task.kernel.axes[count:]
        self.extents = [memory.size(axis.extent) for axis in self.found]
        self.lanes = lanes_for(task, cpu.vector_bits) if self.rest else 1

    def emit(self) -> None:
        """Write the kernel."""
        self.evaluator.hoist(self.root.operands())
        self.start, self.stop = share_of(self.builder, self.extents)
        self.builder.loop(self.start, self.stop, integer(1), [], self._fill)
        self._update(self.root.reduced)

    def _fill(self, flat: Value, carried: list[Value]) -> list[Value]:
        """Give the elements of a row what they are before the updates."""
        with self.evaluator.scope():
            places = unflatten(self.builder, flat, self.extents)
            self.evaluator.places.update(zip(self.found, places, strict=True))
            self._along(
                self.rest, lambda: self._store(flat, self.evaluator.vector(self.root.initial))
            )
        return carried

    def _update(self, axes: tuple[Axis, ...]) -> None:
        """Go over the updates, and carry out those of my rows."""
        if not axes:
            self._update_once()
            return

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            with self.evaluator.scope():
                self.evaluator.places[axes[0]] = number
                self._update(axes[1:])
            return carried

        stop = self.memory.size(axes[0].extent)
        self.builder.loop(integer(0), stop, integer(1), [], turn)

    def _update_once(self) -> None:
        flat = integer(0)
        for target, extent in zip(self.root.targets, self.extents, strict=True):
            moved = self.builder.multiply(flat, extent)
            flat = self.builder.add(moved, self.evaluator.scalar(target))
        mine, count = (self.builder.binary("sub", each, self.start) for each in (flat, self.stop))

        def write() -> None:
            with self.evaluator.scope():
                self.evaluator.hoist([self.root.body])
                self._along(self.rest, lambda: self._combine(flat))

        self.builder.when(self.builder.compare("icmp ult", mine, count), write)

    def _combine(self, flat: Value) -> None:
        new = self.evaluator.vector(self.root.body)
        if self.root.op != "set":
            old = self._load(flat)
            new = self.evaluator.operate(self.root.op, [old, self.builder.splat(new, old.lanes)])
        self._store(flat, new)

    # -- the elements of a row -------------------------------------------------------------------

    def _along(self, axes: tuple[Axis, ...], write: Callable[[], None]) -> None:
        """Loops over the axes of a row, the last one along the lanes."""
        if not axes:
            write()
            return
        axis, *others = axes
        step = 1 if others else self.lanes

        def turn(first: Value, carried: list[Value]) -> list[Value]:
            with self.evaluator.scope():
                self.evaluator.places[axis] = first
                if not others:
                    mask = self._mask(axis, first)
                    self.evaluator.run_lanes(axis, first, self.lanes, mask)
                self._along(tuple(others), write)
            return carried

        if isinstance(axis.extent, int) and axis.extent <= step * UNROLLED_CHUNKS:
            for first in range(0, axis.extent, step):
                turn(integer(first), [])
        else:
            self.builder.loop(integer(0), self.memory.size(axis.extent), integer(step), [], turn)

    def _mask(self, axis: Axis, first: Value) -> Value | None:
        if self.lanes == 1 or (isinstance(axis.extent, int) and axis.extent % self.lanes == 0):
            return None
        left = self.builder.binary("sub", self.memory.size(axis.extent), first)
        return self.builder.first_lanes(self.lanes, left)

    def _addresses(self, flat: Value) -> list[str]:
        """Where the elements lie, in each buffer that the result goes to."""
        strides = self.memory.strides_of(self.root.node)
        offset = self.builder.multiply(flat, strides[len(self.found) - 1])
        for axis, stride in zip(self.rest, strides[len(self.found) :], strict=True):
            moved = self.builder.multiply(self.evaluator.places[axis], stride)
            offset = self.builder.add(offset, moved)
        bases = (self.memory.target(buffer) for _, buffer in self.task.stores)
        return [self.builder.pointer(base, self.root.node.dtype, offset) for base in bases]

    def _load(self, flat: Value) -> Value:
        address = self._addresses(flat)[0]
        lanes = self.evaluator.lanes
        return self.builder.load(address, self.root.node.dtype, lanes, self.evaluator.mask)

    def _store(self, flat: Value, found: Value) -> None:
        for address in self._addresses(flat):
            splat = self.builder.splat(found, self.evaluator.lanes)
            self.builder.store(splat, address, self.evaluator.mask)

"""Emit a kernel with a reduction for its root, over axes other than the last one alone.

Two ways, by which axis lies side by side in memory:

    the kernel's lane axis                      the last reduced axis
        for lanes j of my share:                    for places of my share:
            total = 0                                   total = 0 (a vector)
            for k: total += x[k, j]  (a vector)         for k, lanes of l: total += x[j, k, l]
            statements, store                           fold the lanes, statements, store
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geartrain.compiler.emit_rows import lanes_for, store_values
from geartrain.compiler.evaluate import Evaluator
from geartrain.compiler.ir import Builder, Value, integer
from geartrain.compiler.kernels import Reduction
from geartrain.compiler.loops import Axis, loads_of, place
from geartrain.compiler.memory import Memory
from geartrain.compiler.schedule import Task
from geartrain.compiler.sharing import share_of, unflatten


class ReductionEmitter:
    """Writes one kernel with a reduction at its root."""

    def __init__(
        self, builder: Builder, memory: Memory, task: Task, features: str, vector_bits: int
    ) -> None:
        if not isinstance(task.kernel.root, Reduction):
            raise TypeError(f"{task.kernel.name} has no reduction at its root")
        self.builder = builder
        self.memory = memory
        self.task = task
        self.kernel = task.kernel
        self.root = task.kernel.root
        self.evaluator = Evaluator(builder, memory, features)
        self.vector_bits = vector_bits

    def emit(self) -> None:
        """Write the kernel."""
        self.evaluator.hoist(self.kernel.expressions())
        if self.kernel.lane is not None and not self._reduced_is_contiguous():
            self._emit_by_lanes(self.kernel.lane)
        else:
            self._emit_by_folding()

    def _reduced_is_contiguous(self) -> bool:
        last = place(self.root.reduced[-1])
        return any(each.args and each.args[-1] is last for each in loads_of(self.root.body))

    # -- the kernel's lane axis along the vector -------------------------------------------------

    def _emit_by_lanes(self, lane: Axis) -> None:
        lanes = lanes_for(self.task, self.vector_bits)
        extent = self.memory.size(lane.extent)
        rounded = self.builder.add(extent, integer(lanes - 1))
        chunks = self.builder.binary("sdiv", rounded, integer(lanes))
        extents = [*(self.memory.size(axis.extent) for axis in self.kernel.rows), chunks]
        start, stop = share_of(self.builder, extents)

        def task(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                *rows, chunk = unflatten(self.builder, flat, extents)
                self.evaluator.places.update(zip(self.kernel.rows, rows, strict=True))
                first = self.builder.multiply(chunk, integer(lanes))
                mask = self._mask(lane, first, lanes)
                self.evaluator.run_lanes(lane, first, lanes, mask)
                self._finish(self._reduce(self.root.reduced, lanes), lane=True)
            return carried

        self.builder.loop(start, stop, integer(1), [], task)

    def _mask(self, axis: Axis, first: Value, lanes: int) -> Value | None:
        """Which lanes lie on the axis; None where all always do."""
        if lanes == 1 or (isinstance(axis.extent, int) and axis.extent % lanes == 0):
            return None
        left = self.builder.binary("sub", self.memory.size(axis.extent), first)
        return self.builder.compare("icmp slt", self.builder.lane_numbers(lanes), left)

    # -- the last reduced axis along the vector --------------------------------------------------

    def _emit_by_folding(self) -> None:
        extents = [self.memory.size(axis.extent) for axis in self.kernel.axes]
        start, stop = share_of(self.builder, extents)

        def task(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                places = unflatten(self.builder, flat, extents)
                self.evaluator.places.update(zip(self.kernel.axes, places, strict=True))
                self._finish(self._fold(), lane=True)
            return carried

        self.builder.loop(start, stop, integer(1), [], task)

    def _fold(self) -> Value:
        *outer, inner = self.root.reduced
        lanes = lanes_for(self.task, self.vector_bits, inner.extent)

        def along(totals: list[Value]) -> list[Value]:
            def chunk(first: Value, carried: list[Value]) -> Sequence[Value]:
                with self.evaluator.scope():
                    self.evaluator.run_lanes(inner, first, lanes, self._mask(inner, first, lanes))
                    return [self._accumulate(carried[0])]

            stop = self.memory.size(inner.extent)
            return self.builder.loop(integer(0), stop, integer(lanes), totals, chunk)

        total = self._loops(tuple(outer), along, [self._identity(lanes)])[0]
        return self.evaluator.fold_lanes(self.root.op, total)

    # -- both ------------------------------------------------------------------------------------

    def _reduce(self, reduced: tuple[Axis, ...], lanes: int) -> Value:
        def once(totals: list[Value]) -> list[Value]:
            return [self._accumulate(totals[0])]

        return self._loops(reduced, once, [self._identity(lanes)])[0]

    def _loops(
        self,
        axes: tuple[Axis, ...],
        inside: Callable[[list[Value]], list[Value]],
        totals: list[Value],
    ) -> list[Value]:
        """Loops over `axes`, one in another, around `inside`."""
        if not axes:
            return inside(totals)

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            with self.evaluator.scope():
                self.evaluator.places[axes[0]] = number
                return self._loops(axes[1:], inside, carried)

        stop = self.memory.size(axes[0].extent)
        return self.builder.loop(integer(0), stop, integer(1), totals, turn)

    def _identity(self, lanes: int) -> Value:
        start = self.evaluator.identity(self.root.op, self.root.body.dtype)
        return self.builder.splat(start, lanes)

    def _accumulate(self, total: Value) -> Value:
        found = self.builder.splat(self.evaluator.vector(self.root.body), total.lanes)
        if self.evaluator.mask is not None:
            identity = self.evaluator.identity(self.root.op, found.dtype)
            found = self.builder.select(self.evaluator.mask, found, identity)
        return self.evaluator.combine(self.root.op, total, found)

    def _finish(self, total: Value, *, lane: bool) -> None:
        """The statements after the reduction, and the stores."""
        node = self.root.node
        self.evaluator.values[node] = self.evaluator.cast(total, node.dtype)
        for each in self.kernel.statements:
            self.evaluator.values[each.node] = self.evaluator.vector(each.expr)
        nodes = [node, *(each.node for each in self.kernel.statements)]
        store_values(self.builder, self.evaluator, self.task, nodes, lane=lane)

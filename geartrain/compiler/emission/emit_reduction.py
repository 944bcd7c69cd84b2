"""Emit a kernel with a reduction for its root, over axes other than the last one alone.

Two ways, by which axis lies side by side in memory:

    the kernel's lane axis                      the last reduced axis
        for blocks of lanes j of my share:          for places of my share:
            totals = 0 (up to 8 vectors)                totals = 0 (4 vectors)
            for k: totals += x[k, block]                for k, 4 vectors of l: totals += x[j, k, l]
            statements, store                           combine, fold the lanes, statements, store

Of a long line of lanes the totals lie in memory instead, and rows are added to it eight at once.
Totals side by side do not wait for each other, and a block of lanes reads several cache lines of
a row at once. Of a reduction that is cut, each part is a place of its own and walks its share of
the first reduced axis (`reductions.py`). The order of additions follows from the shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from geartrain.compiler.emission.emit_lines import LineEmitter
from geartrain.compiler.emission.emit_rows import accumulate, combined, lanes_for, store_values
from geartrain.compiler.emission.evaluate import Evaluator
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.sharing import share_of, unflatten
from geartrain.compiler.form.exprs import Axis, loads_of
from geartrain.compiler.form.kernels import Reduction
from geartrain.compiler.fusion.contractions import scale_of, static_step
from geartrain.compiler.fusion.reductions import widest_load
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.planning.schedule import Task

BLOCK = 8  # vectors of lanes, at most
TOTALS = 4  # at least so many at once
FOLDED = 8  # likewise, where the lanes are folded: of two loads an operation
ROWS = 4  # results at once: as many streams from memory, and what they share is loaded once
LONG = 512  # rows that are worth a line of totals in memory
SHARES = 8  # blocks to share out, before they grow

Inside = Callable[[list[Value]], list[Value]]
At = Callable[[Value, Value | None, list[Value]], list[Value]]  # a place, where the axis ends


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
        self.registers = 8 if vector_bits == 256 else 20  # for totals, of 16 or of 32

    def emit(self) -> None:
        """Write the kernel."""
        self.evaluator.hoist(self.kernel.expressions())
        lane = self._lane()
        if lane is not None:
            self._emit_by_lanes(lane)
        else:
            self._emit_by_folding()

    def _lane(self) -> Axis | None:
        """The axis of the result that lies along the vector, or None for the last reduced one."""
        axes = [axis for axis in self.kernel.axes if axis.extent != 1]
        widest = widest_load(loads_of(*self.root.operands()))
        if not axes or axes[-1] is self.root.chunk:
            return None
        if widest is None or static_step(widest, axes[-1]) == 1:
            return axes[-1]
        return None if static_step(widest, self.root.reduced[-1]) == 1 else axes[-1]

    # -- the kernel's lane axis along the vector -------------------------------------------------

    def _emit_by_lanes(self, lane: Axis) -> None:
        lanes = lanes_for(self.task, self.vector_bits, lane.extent)
        if isinstance(lane.extent, int) and lane.extent > BLOCK * lanes and self._is_long():
            LineEmitter(self, lane, lanes).emit()
            return
        vectors = self._vectors(lane, lanes)
        block = integer(vectors * lanes)
        extent = self.memory.size(lane.extent)
        rounded = self.builder.add(extent, integer(vectors * lanes - 1))
        others = [axis for axis in self.kernel.axes if axis is not lane]
        blocks = self.builder.binary("sdiv", rounded, block)
        extents = [*(self.memory.size(axis.extent) for axis in others), blocks]
        start, stop = share_of(self.builder, extents)

        def task(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                *places, number = unflatten(self.builder, flat, extents)
                self.evaluator.places.update(zip(others, places, strict=True))
                first = self.builder.multiply(number, block)
                self._emit_block(lane, first, lanes, vectors)
            return carried

        self.builder.loop(start, stop, integer(1), [], task)

    def _is_long(self) -> bool:
        """Whether rows enough are reduced that reading them in order counts."""
        extents = [axis.extent for axis in self.root.reduced]
        return math.prod(map(scale_of, extents)) >= LONG

    def _vectors(self, lane: Axis, lanes: int) -> int:
        """How many vectors make a block: many, as long as there are blocks for the workers."""
        if not isinstance(lane.extent, int):
            return 1
        count = -(-lane.extent // lanes)
        most = min(BLOCK, max(self.registers // len(self.root.all), 1))
        return min(most, count if self.root.chunk is not None else max(count // SHARES, 1))

    def _emit_block(self, lane: Axis, first: Value, lanes: int, vectors: int) -> None:
        """One block of lanes, whole or what is left of it at the end of the axis."""
        whole = vectors * lanes
        if isinstance(lane.extent, int) and lane.extent % whole == 0:
            self._emit_lanes(lane, first, lanes, [None] * vectors)
            return
        left = self.builder.subtract(self.memory.size(lane.extent), first)
        full = self.builder.compare("icmp sge", left, integer(whole))
        self.builder.when(full, lambda: self._emit_lanes(lane, first, lanes, [None] * vectors))
        rest = self.builder.compare("icmp slt", left, integer(whole))
        count = -(-(lane.extent % whole) // lanes) if isinstance(lane.extent, int) else vectors
        self.builder.when(rest, lambda: self._emit_rest(lane, first, lanes, count, left))

    def _emit_rest(self, lane: Axis, first: Value, lanes: int, count: int, left: Value) -> None:
        masks: list[Value | None] = [
            self.builder.first_lanes(lanes, self.builder.subtract(left, integer(vector * lanes)))
            if lanes > 1
            else None
            for vector in range(count)
        ]
        self._emit_lanes(lane, first, lanes, masks)

    def _emit_lanes(
        self, lane: Axis, first: Value, lanes: int, masks: Sequence[Value | None]
    ) -> None:
        """Totals for some vectors of lanes, over all that is reduced, and what follows them."""
        starts = [self.builder.add(first, integer(at * lanes)) for at in range(len(masks))]

        def once(totals: list[Value]) -> list[Value]:
            found = []
            for start, mask, mine in zip(starts, masks, self.by_place(totals), strict=True):
                with self.evaluator.scope():
                    self.evaluator.run_lanes(lane, start, lanes, mask)
                    found += self.accumulate(mine)
            return found

        totals = self._reduce(len(masks), lanes, once)
        for start, mask, mine in zip(starts, masks, self.by_place(totals), strict=True):
            with self.evaluator.scope():
                self.evaluator.run_lanes(lane, start, lanes, mask)
                self.finish(mine)

    def by_place(self, totals: Sequence[Value]) -> list[list[Value]]:
        """The totals of each place: as many as there are reductions."""
        count = len(self.root.all)
        return [list(totals[at : at + count]) for at in range(0, len(totals), count)]

    def _reduce(self, count: int, lanes: int, once: Inside) -> list[Value]:
        """Reduce over all axes; few totals in several turns of the last axis at once."""
        ways = self._ways(TOTALS // count, 1)

        def at(number: Value, _: Value | None, totals: list[Value]) -> list[Value]:
            with self.evaluator.scope():
                self.evaluator.places[self.root.reduced[-1]] = number
                return once(totals)

        return self._walk_all(count, ways, 1, lanes, at)

    # -- the last reduced axis along the vector --------------------------------------------------

    def _emit_by_folding(self) -> None:
        """Each worker takes its share of the results: some neighbours at once, or one by one."""
        row = self._row()
        if row is None:
            self._emit_results(self.kernel.axes, None, 1)
            return
        others = [axis for axis in self.kernel.axes if axis is not row]
        self._emit_results(others, row, ROWS)

    def _row(self) -> Axis | None:
        """The last axis of the results, where several of its places are worth taking at once."""
        axes = [axis for axis in self.kernel.axes if axis.extent != 1]
        if not axes or axes[-1] is self.root.chunk:
            return None
        extent = axes[-1].extent
        return None if isinstance(extent, int) and extent < ROWS * SHARES else axes[-1]

    def _emit_results(self, others: Sequence[Axis], row: Axis | None, rows: int) -> None:
        extents = [self.memory.size(axis.extent) for axis in others]
        if row is not None:
            extents.append(self.builder.divide_up(self.memory.size(row.extent), rows))
        start, stop = share_of(self.builder, extents)

        def task(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                places = unflatten(self.builder, flat, extents)
                self.evaluator.places.update(zip(others, places, strict=False))
                if row is None:
                    self._fold_one()
                else:
                    self._fold_rows(row, self.builder.multiply(places[-1], integer(rows)))
            return carried

        self.builder.loop(start, stop, integer(1), [], task)

    def _fold_one(self) -> None:
        (totals,) = self._fold(None, [])
        self.finish(totals)

    def _fold_rows(self, row: Axis, first: Value) -> None:
        """A few neighbouring results at once; one by one what is left of them at the end."""
        extent = self.memory.size(row.extent)
        stop = self.builder.add(first, integer(ROWS))
        whole = self.builder.compare("icmp sle", stop, extent)

        def together() -> None:
            places = [self.builder.add(first, integer(number)) for number in range(ROWS)]
            self._finish_rows(row, places)

        def alone(number: Value, carried: list[Value]) -> list[Value]:
            self._finish_rows(row, [number])
            return carried

        self.builder.when(whole, together)
        if isinstance(row.extent, int) and row.extent % ROWS == 0:
            return
        rest = self.builder.compare("icmp sgt", stop, extent)
        self.builder.when(
            rest, lambda: _ignore(self.builder.loop(first, extent, integer(1), [], alone))
        )

    def _finish_rows(self, row: Axis, places: Sequence[Value]) -> None:
        for number, totals in zip(places, self._fold(row, places), strict=True):
            with self.evaluator.scope():
                self.evaluator.places[row] = number
                self.finish(totals)

    def _fold(self, row: Axis | None, places: Sequence[Value]) -> list[list[Value]]:
        """The totals for each place of the row: several vectors at once, then what is left."""
        inner = self.root.reduced[-1]
        lanes = lanes_for(self.task, self.vector_bits, inner.extent)
        count = max(len(places), 1)

        def at(first: Value, stop: Value | None, totals: list[Value]) -> list[Value]:
            mask = self._mask(first, stop, lanes)
            if row is None:
                return self._chunk(inner, first, lanes, mask, totals)
            found = []
            for number, mine in zip(places, self.by_place(totals), strict=True):
                with self.evaluator.scope():
                    self.evaluator.places[row] = number
                    found += self._chunk(inner, first, lanes, mask, mine)
            return found

        ways = self._ways(FOLDED // (count * len(self.root.all)), lanes)
        totals = self._walk_all(count, ways, lanes, lanes, at)
        fold = self.evaluator.fold_lanes
        return [
            [fold(each.op, total) for each, total in zip(self.root.all, mine, strict=True)]
            for mine in self.by_place(totals)
        ]

    def _mask(self, first: Value, stop: Value | None, lanes: int) -> Value | None:
        if stop is None or lanes == 1:
            return None
        left = self.builder.subtract(stop, first)
        return self.builder.first_lanes(lanes, left)

    def _chunk(
        self, axis: Axis, start: Value, lanes: int, mask: Value | None, totals: list[Value]
    ) -> list[Value]:
        with self.evaluator.scope():
            self.evaluator.run_lanes(axis, start, lanes, mask)
            return self.accumulate(totals)

    # -- both ------------------------------------------------------------------------------------

    def _ways(self, wanted: int, unit: int) -> int:
        """How many units of the last axis are taken at once: one where it is short."""
        extent = self.root.reduced[-1].extent
        ways = max(wanted, 1)
        return 1 if isinstance(extent, int) and extent < 2 * ways * unit else ways

    def _walk_all(self, count: int, ways: int, unit: int, lanes: int, at: At) -> list[Value]:
        """The totals of `count` places over all reduced axes, `ways` units of the last at once."""
        inner = self.root.reduced[-1]
        ops = [each.op for each in self.root.all] * count
        count = len(ops)

        def along(totals: list[Value]) -> list[Value]:
            start, stop = self.range(inner, ways * unit)
            edge = self.edge(start, stop, ways * unit)

            def turn(first: Value, carried: list[Value]) -> list[Value]:
                found: list[Value] = []
                for way in range(ways):
                    place = self.builder.add(first, integer(way * unit))
                    found += at(place, None, carried[way * count : (way + 1) * count])
                return found

            totals = self.builder.loop(start, edge, integer(ways * unit), totals, turn)
            if isinstance(inner.extent, int) and inner.extent % (ways * unit) == 0:
                return totals

            def last(first: Value, carried: list[Value]) -> list[Value]:
                return at(first, stop, carried)

            rest = self.builder.loop(edge, stop, integer(unit), totals[:count], last)
            return [*rest, *totals[count:]]

        start = self.identities(lanes) * (count // len(self.root.all) * ways)
        totals = self.loops(self.root.reduced[:-1], along, start)
        return [
            combined(self.evaluator, op, totals[number::count]) for number, op in enumerate(ops)
        ]

    def edge(self, start: Value, stop: Value, step: int) -> Value:
        """Where the last whole step ends."""
        span = self.builder.subtract(stop, start)
        whole = self.builder.binary("sdiv", span, integer(step))
        return self.builder.add(start, self.builder.multiply(whole, integer(step)))

    def range(self, axis: Axis, step: int = 1) -> tuple[Value, Value]:
        """Where an axis begins and ends: of the one that is cut, this part's share of steps."""
        extent, chunk = self.memory.size(axis.extent), self.root.chunk
        if chunk is None or axis is not self.root.reduced[0]:
            return integer(0), extent
        part, count = self.evaluator.places[chunk], self.memory.size(chunk.extent)
        steps = self.builder.binary("sdiv", extent, integer(step))
        following = self.builder.add(part, integer(1))
        edges = [self.builder.multiply(each, steps) for each in (part, following)]
        first, last = (
            self.builder.multiply(self.builder.binary("sdiv", each, count), integer(step))
            for each in edges
        )
        is_last = self.builder.compare("icmp eq", following, count)
        return first, self.builder.select(is_last, extent, last)

    def loops(self, axes: tuple[Axis, ...], inside: Inside, totals: list[Value]) -> list[Value]:
        """Loops over `axes`, one in another, around `inside`."""
        if not axes:
            return inside(totals)

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            with self.evaluator.scope():
                self.evaluator.places[axes[0]] = number
                return self.loops(axes[1:], inside, carried)

        start, stop = self.range(axes[0])
        return self.builder.loop(start, stop, integer(1), totals, turn)

    def identities(self, lanes: int) -> list[Value]:
        """What the totals of a place are before anything is taken in."""
        starts = (self.evaluator.identity(each.op, each.body.dtype) for each in self.root.all)
        return [self.builder.splat(each, lanes) for each in starts]

    def accumulate(self, totals: Sequence[Value]) -> list[Value]:
        """The totals of a place with one more term taken in."""
        return [
            accumulate(self.builder, self.evaluator, each.op, each.body, total)
            for each, total in zip(self.root.all, totals, strict=True)
        ]

    def finish(self, totals: Sequence[Value]) -> None:
        """The statements after the reductions, and the stores."""
        for each, total in zip(self.root.all, totals, strict=True):
            self.evaluator.values[each.node] = self.evaluator.cast(total, each.node.dtype)
        for statement in self.kernel.statements:
            self.evaluator.values[statement.node] = self.evaluator.vector(statement.expr)
        store_values(self.builder, self.evaluator, self.task, self.kernel.nodes(), lane=True)


def _ignore(_: object) -> None:
    """Nothing: for a body whose values nobody needs."""

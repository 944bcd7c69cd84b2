"""Emit a reduction to a long line of lanes: its totals lie in memory, and rows are added to it.

    sums of 4096 columns:       for 1024 columns of my share:
                                    line = 0                        (4 kB: it stays in the cache)
                                    for 8 rows:
                                        for lanes of the line:  line += x[k] + ... + x[k + 7]
                                    statements on the line, stores

Each row is read in order for a page at a time. Totals in registers would take but 512 bytes of a
row before the next one: on 2 busy Zen 4 cores, sums of 4096 x 4096 float32 over rows took 6.7 ms
so, and take 3.1 ms as above.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from geartrain.compiler.emission.sharing import share_of, unflatten
from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.instructions.values import Value, integer, memory_type
from geartrain.tensor import DType
from geartrain.tensor.dtypes import INT64

if TYPE_CHECKING:
    from geartrain.compiler.emission.emit_reduction import ReductionEmitter

LINE = 64  # vectors of totals
LINE_ROWS = 8  # added to a line at once

Change = Callable[[list[Value]], list[Value]]  # of the totals of one vector of lanes


class LineEmitter:
    """Writes the loops over lines of totals of a reduction."""

    def __init__(self, owner: ReductionEmitter, lane: Axis, lanes: int) -> None:
        self.owner = owner
        self.builder = owner.builder
        self.evaluator = owner.evaluator
        self.lane = lane
        self.lanes = lanes
        self.extent = owner.memory.size(lane.extent)
        self.lines = [(each.body.dtype, self._new_line(each.body.dtype)) for each in owner.root.all]

    def _new_line(self, dtype: DType) -> str:
        kind = memory_type(dtype)
        return self.builder.emit(f"alloca {kind}, i64 {LINE * self.lanes}, align 64", INT64).text

    def emit(self) -> None:
        """Write the kernel: each worker takes its share of the lines."""
        width = integer(LINE * self.lanes)
        rounded = self.builder.add(self.extent, integer(LINE * self.lanes - 1))
        others = [axis for axis in self.owner.kernel.axes if axis is not self.lane]
        extents = [self.owner.memory.size(axis.extent) for axis in others]
        extents.append(self.builder.binary("sdiv", rounded, width))
        start, stop = share_of(self.builder, extents)

        def task(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                *places, number = unflatten(self.builder, flat, extents)
                self.evaluator.places.update(zip(others, places, strict=True))
                first = self.builder.multiply(number, width)
                last = self.builder.minimum(self.builder.add(first, width), self.extent)
                self._emit_line(first, last)
            return carried

        self.builder.loop(start, stop, integer(1), [], task)

    def _emit_line(self, first: Value, last: Value) -> None:
        """Totals of the lanes from `first` up to `last`, over all that is reduced."""
        inner = self.owner.root.reduced[-1]

        def along(totals: list[Value]) -> list[Value]:
            start, stop = self.owner.range(inner, LINE_ROWS)
            edge = self.owner.edge(start, stop, LINE_ROWS)
            self._add_rows(first, last, (start, edge), LINE_ROWS)
            self._add_rows(first, last, (edge, stop), 1)
            return totals

        self._along(first, last, lambda _: self.owner.identities(self.lanes))
        self.owner.loops(self.owner.root.reduced[:-1], along, [])
        self._along(first, last, self._finished)

    def _finished(self, totals: list[Value]) -> list[Value]:
        self.owner.finish(totals)
        return totals

    def _add_rows(self, first: Value, last: Value, ends: tuple[Value, Value], rows: int) -> None:
        """Add the rows between two ends to the line, some at once."""
        inner = self.owner.root.reduced[-1]

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            def add(totals: list[Value]) -> list[Value]:
                for row in range(rows):
                    with self.evaluator.scope():
                        self.evaluator.places[inner] = self.builder.add(number, integer(row))
                        totals = self.owner.accumulate(totals)
                return totals

            self._along(first, last, add)
            return carried

        self.builder.loop(*ends, integer(rows), [], turn)

    def _along(self, first: Value, last: Value, change: Change) -> None:
        """Change the totals of every lane from `first` up to `last`."""
        span = self.builder.subtract(last, first)
        whole = self.builder.binary("and", span, integer(-self.lanes))
        edge = self.builder.add(first, whole)

        def chunk(start: Value, carried: list[Value]) -> list[Value]:
            self._chunk(self.builder.subtract(start, first), start, None, change)
            return carried

        self.builder.loop(first, edge, integer(self.lanes), [], chunk)
        if isinstance(self.lane.extent, int) and self.lane.extent % self.lanes == 0:
            return
        left = self.builder.subtract(last, edge)
        mask = self.builder.first_lanes(self.lanes, left)
        some = self.builder.compare("icmp sgt", left, integer(0))
        self.builder.when(some, lambda: self._chunk(whole, edge, mask, change))

    def _chunk(self, place: Value, start: Value, mask: Value | None, change: Change) -> None:
        with self.evaluator.scope():
            self.evaluator.run_lanes(self.lane, start, self.lanes, mask)
            places = [self.builder.pointer(line, dtype, place) for dtype, line in self.lines]
            totals = [
                self.builder.load(address, dtype, self.lanes)
                for address, (dtype, _) in zip(places, self.lines, strict=True)
            ]
            for total, address in zip(change(totals), places, strict=True):
                self.builder.store(total, address)

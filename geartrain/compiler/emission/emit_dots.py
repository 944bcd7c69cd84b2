"""Emit dots: a tile's sums by instructions that multiply two or four narrow numbers in each lane.

    for each group of terms:                          4 of int8, 2 of bfloat16
        b0, b1, b2, b3 = panel[group]                 columns side by side, in each lane a group
        for row in range(6):
            a = lhs[row, group] in every lane
            acc[row][0] = dot(a, b0, acc[row][0]);  ...

The columns of `rhs` are always copied (`GroupedPanel`), their terms interleaved. `lhs` is read
where it lies, if the terms of a group are neighbours there; else a tile's rows are copied as well,
a *strip*: in the derivative of a product by its weights, the sum runs over the batch.

A worker's scratch memory: [ sums of the columns | panel | strip ].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geartrain.compiler.emission.dot_groups import Groups, Terms, joined, load_groups, load_present
from geartrain.compiler.emission.tiling import MAX_ROWS, MAX_VECTORS, merge_runs
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.fusion.dots import GROUP_BYTES, Dot
from geartrain.compiler.instructions.values import Value, constant, integer, known
from geartrain.runtime.cpu import Cpu
from geartrain.tensor.dtypes import BOOL, INT32, UINT32

if TYPE_CHECKING:
    from geartrain.compiler.emission.emit_contraction import ContractionEmitter
    from geartrain.compiler.emission.panels import Columns

LHS, RHS = 0, 1  # the operands' numbers in a run's steps


class GroupedPanel:
    """The copied columns of `rhs` under a tile, in each lane the terms of a group."""

    def __init__(self, columns: Columns, dot: Dot) -> None:
        self.columns = columns
        self.owner = columns.owner
        self.builder = columns.builder
        self.dot = dot
        self.lanes = columns.lanes
        # What the blocks of a part hold depends on caches: there, no loop runs into the next.
        runs = columns.depth.runs
        merged = merge_runs(self.builder, runs) if self.owner.root.chunk is None else runs
        self.groups = Groups(self.builder, tuple(merged), dot.group)
        self.width = columns.panel.vectors * self.lanes
        ahead = integer(MAX_VECTORS * self.lanes)
        self.sums = self.owner.memory.panel
        self.base = self.builder.pointer(self.sums, UINT32, ahead)

    def strip(self) -> str:
        """Where a tile's rows are copied to: behind the panel."""
        words = self.builder.multiply(self.groups.count(), integer(self.width))
        return self.builder.pointer(self.base, UINT32, words)

    def load(self, group: Value, vector: int) -> Value:
        """One vector of columns, of one group."""
        return self.builder.load(self._slot(group, integer(vector)), UINT32, self.lanes)

    def _slot(self, group: Value, vector: Value) -> str:
        place = self.builder.multiply(group, integer(self.width))
        place = self.builder.add(place, self.builder.multiply(vector, integer(self.lanes)))
        return self.builder.pointer(self.base, UINT32, place)

    # -- copying ---------------------------------------------------------------------------------

    def copy(self) -> None:
        """Copy the panel, and sum up its columns if the instruction shifts the other operand."""
        self.groups.walk(RHS, self.columns.source, [], self._copy_group)
        if self.dot.shift:
            self._sum_columns()

    def _copy_group(self, terms: Terms, number: Value, carried: list[Value]) -> list[Value]:
        for vector in range(self.columns.panel.vectors):
            group = self._group(terms, vector)
            self.builder.store(group, self._slot(number, integer(vector)))
        return carried

    def _group(self, terms: Terms, vector: int) -> Value:
        """A group of a vector of columns; one whose terms lie side by side is loaded as one."""
        if terms.neighbours and known(self.owner.column_step) not in (0, 1):
            return self.columns.gathered(terms.first, vector, loaded=UINT32)
        parts = [self._term(terms, each, vector) for each in range(terms.size)]
        return joined(self.builder, parts, self.lanes)

    def _term(self, terms: Terms, number: int, vector: int) -> Value | None:
        """One term of a vector of columns."""
        builder, columns = self.builder, self.columns
        allowed = terms.allowed(builder, number)
        if allowed is False:
            return None
        where = allowed if isinstance(allowed, Value) else None
        offset = terms.offset(builder, number)
        if known(self.owner.column_step) != 1:
            return columns.gathered(offset, vector, where)
        dtype = self.owner.root.rhs.dtype
        place = builder.add(offset, integer(vector * self.lanes))
        address = builder.pointer(self.owner.memory.base(self.owner.root.rhs.what), dtype, place)
        if where is not None:
            address = builder.address_if(where, address)
        return builder.load(address, dtype, self.lanes, columns.masks[vector])

    def _sum_columns(self) -> None:
        """The sum of each column's terms: a dot with ones."""
        lanes, builder = self.lanes, self.builder
        vectors = range(self.columns.panel.vectors)

        def group(number: Value, totals: list[Value]) -> list[Value]:
            ones = self.dot.ones(lanes)
            return [
                self.dot.add(builder, ones, self.load(number, vector), total)
                for vector, total in zip(vectors, totals, strict=True)
            ]

        zeros = [constant(0, INT32, lanes) for _ in vectors]
        totals = builder.loop(integer(0), self.groups.count(), integer(1), zeros, group)
        for vector, total in zip(vectors, totals, strict=True):
            place = integer(vector * lanes)
            builder.store(total, builder.pointer(self.sums, INT32, place))

    def first(self, total: Value, vector: int) -> Value:
        """What a sum starts from, less what the shift of `lhs` will add to it."""
        if not self.dot.shift:
            return total
        builder = self.builder
        address = builder.pointer(self.sums, INT32, integer(vector * self.lanes))
        added = builder.load(address, INT32, self.lanes)
        scaled = builder.binary("mul", added, constant(self.dot.shift, INT32))
        return builder.binary("sub", total, scaled)


class DotTerms:
    """Writes the loops of a tile's sums."""

    def __init__(
        self, owner: ContractionEmitter, panel: GroupedPanel, height: int, down: Value
    ) -> None:
        self.owner = owner
        self.builder = owner.builder
        self.panel = panel
        self.dot = panel.dot
        self.height = height
        self.down = down
        self.dtype = owner.root.lhs.dtype
        self.base = owner.memory.base(owner.root.lhs.what)

    def sums(self, lhs: Value, sums: list[Value]) -> list[Value]:
        """The sums after all terms, from where `lhs` is at the loops' starts."""
        groups = self.panel.groups
        if groups.is_even(LHS):
            return groups.walk(LHS, lhs, sums, self._in_place)
        strip = self.panel.strip()
        groups.walk(LHS, lhs, [], lambda *each: self._copy_rows(strip, *each))

        def group(number: Value, totals: list[Value]) -> list[Value]:
            rows = [self._copied(strip, number, row) for row in range(self.height)]
            return self._add(rows, number, totals)

        return self.builder.loop(integer(0), groups.count(), integer(1), sums, group)

    def _add(self, rows: list[Value], number: Value, totals: list[Value]) -> list[Value]:
        """One group of every sum."""
        builder, vectors = self.builder, range(self.panel.columns.panel.vectors)
        columns = [self.panel.load(number, vector) for vector in vectors]
        factors = [builder.splat(row, self.panel.lanes) for row in rows]
        pairs = ((factor, column) for factor in factors for column in columns)
        return [
            self.dot.add(builder, factor, column, total)
            for (factor, column), total in zip(pairs, totals, strict=True)
        ]

    def _in_place(self, terms: Terms, number: Value, totals: list[Value]) -> list[Value]:
        lanes = self.panel.lanes
        rows = [self.builder.splat(self._row(terms, row), lanes) for row in range(self.height)]
        return self._add([self.dot.flipped(self.builder, row) for row in rows], number, totals)

    def _row(self, terms: Terms, row: int) -> Value:
        """A group of one row."""
        builder = self.builder
        moved = builder.multiply(integer(row), self.down)
        here = Terms(builder.add(terms.first, moved), terms.step, terms.size, terms.present)
        if here.neighbours:
            return load_groups(builder, self.base, self.dtype, here.first, 1)
        parts = [
            load_present(builder, self.base, self.dtype, here, number)
            for number in range(terms.size)
        ]
        return joined(builder, parts, 1)

    # -- strips ----------------------------------------------------------------------------------

    def _copied(self, strip: str, number: Value, row: int) -> Value:
        place = self.builder.multiply(number, integer(self.height))
        place = self.builder.add(place, integer(row))
        return self.builder.load(self.builder.pointer(strip, UINT32, place), UINT32)

    def _copy_rows(
        self, strip: str, terms: Terms, number: Value, carried: list[Value]
    ) -> list[Value]:
        """A group of all rows, side by side."""
        builder, height = self.builder, self.height
        place = builder.multiply(number, integer(height))
        if known(self.down) == 1 and height > 1:
            address = builder.pointer(strip, UINT32, place)
            builder.store(self._rows_of(terms), address, self._row_mask())
            return carried
        for row in range(height):
            address = builder.pointer(strip, UINT32, builder.add(place, integer(row)))
            builder.store(self.dot.flipped(builder, self._row(terms, row)), address)
        return carried

    def _rows_of(self, terms: Terms) -> Value:
        """The groups of all rows, which are neighbours in memory."""
        builder, lanes = self.builder, self._row_lanes()
        parts: list[Value | None] = []
        for number in range(terms.size):
            allowed = terms.allowed(builder, number)
            address = builder.pointer(self.base, self.dtype, terms.offset(builder, number))
            if isinstance(allowed, Value):
                address = builder.address_if(allowed, address)
            load = builder.load
            parts.append(
                None if allowed is False else load(address, self.dtype, lanes, self._row_mask())
            )
        return self.dot.flipped(builder, joined(builder, parts, lanes))

    def _row_lanes(self) -> int:
        return 1 << (self.height - 1).bit_length()

    def _row_mask(self) -> Value | None:
        lanes = self._row_lanes()
        if lanes == self.height:
            return None
        bits = ", ".join(f"i1 {int(lane < self.height)}" for lane in range(lanes))
        return Value(f"<{bits}>", BOOL, lanes)


def dot_bytes(root: Contraction, dot: Dot, cpu: Cpu, extents: list[int]) -> int:
    """The most scratch memory that a worker needs for sums of columns, a panel and a strip."""
    terms = 1
    for extent in extents:
        terms *= extent
    groups = max((terms // max(each, 1) * -(-each // dot.group) for each in extents), default=1)
    if root.chunk is not None:
        groups = min(groups, cpu.l2_bytes // root.node.dtype.itemsize)
    width = MAX_VECTORS * cpu.vector_bits // 8
    return (groups + 1) * width + -(-groups * MAX_ROWS * GROUP_BYTES // width) * width

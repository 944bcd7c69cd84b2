"""The sum of a tile: loops over its terms, and the multiply-adds inside.

While a tile adds up, it asks for memory that the next will read and no processor sees coming: rows
and columns of a matrix with a short inner axis begin elsewhere every time. Measured on one Zen 4
core, products of 128 x 128 x 128 of operands that lie in memory: 54 % of the peak, not 46 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from geartrain.compiler.emission.panels import LHS, LINE_BYTES, PAGE_BYTES, RHS, Columns
from geartrain.compiler.emission.tiling import Run
from geartrain.compiler.form.exprs import Expr
from geartrain.compiler.instructions.values import Value, integer, known

if TYPE_CHECKING:
    from geartrain.compiler.emission.emit_contraction import ContractionEmitter

TERMS_AHEAD = 32  # that are asked for where the processor cannot guess them
NEXT_ROWS = 8  # a power of two; the rows of a tile are hardly more
UNROLLED = 64  # multiply-adds of a tile: a loop of no more is written out

Turn = Callable[[Value, list[Value]], list[Value]]


class Terms:
    """Writes the loops of a tile's sums, and the multiply-adds inside."""

    def __init__(
        self, owner: ContractionEmitter, columns: Columns, height: int, down: Value
    ) -> None:
        self.owner = owner
        self.builder = owner.builder
        self.columns = columns
        self.height = height
        self.down = down
        base = owner.memory.base(owner.root.lhs.what)
        self.bases = [base] * height

    def gather(self, row: Value) -> None:
        """Let the rows, from this one on, begin where data say."""
        places = (self.builder.add(row, integer(number)) for number in range(self.height))
        self.bases = [
            self.builder.pointer(base, self.owner.root.lhs.dtype, self.owner.row_offset(place))
            for base, place in zip(self.bases, places, strict=True)
        ]

    def sums(self, lhs: Value, sums: list[Value]) -> list[Value]:
        """The sums after all terms, from where `lhs` is at the loops' starts."""
        return self.loops(self.columns.runs, lhs, self.columns.start, sums)

    def loops(self, runs: Sequence[Run], lhs: Value, rhs: Value, sums: list[Value]) -> list[Value]:
        """The sums after all terms of the runs, from where the operands are."""
        if not runs:
            return self._multiply_add(lhs, rhs, sums)
        run, *inner = runs
        count = known(self.builder.subtract(run.stop, run.start))

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            here = self.builder.add(lhs, self._moved(run, number))
            there = self.builder.add(rhs, self.builder.multiply(number, run.steps[RHS]))
            return self.loops(inner, here, there, carried)

        if count is not None and count * len(sums) * self._terms(inner) <= UNROLLED:
            for number in range(count):
                sums = turn(integer(number), sums)
            return sums
        turns = self.builder.subtract(run.stop, run.start)
        body = turn if inner else self._asking_ahead(run, lhs, turn)
        return self.builder.loop(integer(0), turns, integer(1), sums, body)

    def _moved(self, run: Run, number: Value) -> Value:
        """How far `lhs` has moved after some turns; to where data say, if its terms are rows."""
        if self.owner.gathered is not None and self.owner.gathered in run.axes:
            return self.owner.row_offset(self.builder.add(run.start, number))
        return self.builder.multiply(number, run.steps[LHS])

    def _asking_ahead(self, run: Run, lhs: Value, turn: Turn) -> Turn:
        """Each turn asks for what no processor sees coming, as it begins elsewhere."""
        step = known(run.steps[LHS])
        size = self.owner.root.lhs.dtype.itemsize
        asks: list[Callable[[Value], None]] = []
        if step == 1 and abs(known(self.down) or 0) * size >= LINE_BYTES:
            asks.append(lambda number: self._ask_for_next_rows(number, lhs))
        elif self.owner.gathered in run.axes or (step and abs(step) * size >= PAGE_BYTES):
            asks.append(lambda number: self._ask_for_later_terms(number, lhs, run))
        if self.columns.ahead is not None:
            asks.append(self._ask_for_next_columns)

        def asking(number: Value, carried: list[Value]) -> list[Value]:
            for ask in asks:
                ask(number)
            return turn(number, carried)

        return asking

    def _ask_for_later_terms(self, number: Value, lhs: Value, run: Run) -> None:
        """Each term of `lhs` lies on a page of its own: those of the first and the last row."""
        later = self.builder.add(number, integer(TERMS_AHEAD))
        if self.owner.gathered in run.axes:  # there are so many numbers of rows, and no more
            turns = self.builder.subtract(run.stop, run.start)
            later = self.builder.minimum(later, self.builder.subtract(turns, integer(1)))
        start = self.builder.add(lhs, self._moved(run, later))
        for row in (0, self.height - 1):
            moved = self.builder.multiply(integer(row), self.down)
            self._ask(self.owner.root.lhs, self.builder.add(start, moved))

    def _ask_for_next_rows(self, number: Value, lhs: Value) -> None:
        """The rows of the next tile: every eight terms ask for the same places of eight rows."""
        row, along = self._spread(number, NEXT_ROWS)
        row = self.builder.add(row, integer(self.height))
        start = self.builder.add(lhs, self.builder.multiply(row, self.down))
        self._ask(self.owner.root.lhs, self.builder.add(start, along))

    def _ask_for_next_columns(self, number: Value) -> None:
        """The next panel: every tile asks for some of its columns, or terms, that lie together."""
        columns, builder = self.columns, self.builder
        ahead, share = columns.ahead, columns.rows_a_tile()
        if ahead is None:
            return
        row, along = self._spread(number, share)
        row = builder.add(row, builder.multiply(ahead.row_tile, integer(share)))
        if columns.turned:
            moved = builder.multiply(row, self.owner.column_step)
        else:
            moved = builder.multiply(row, columns.depth.runs[0].steps[RHS])
            line = LINE_BYTES // self.owner.root.rhs.dtype.itemsize
            shift = line // share
            along = builder.multiply(along, integer(shift)) if shift > 1 else along
            along = builder.binary("and", along, integer(columns.panel.vectors * columns.lanes - 1))
        self._ask(self.owner.root.rhs, builder.add(builder.add(ahead.source, moved), along))

    def _spread(self, number: Value, count: int) -> tuple[Value, Value]:
        """`count` turns go to as many rows, and that many elements along them; then the next."""
        builder = self.builder
        row = builder.binary("and", number, integer(count - 1))
        return row, builder.binary("and", number, integer(-count))

    def _ask(self, load: Expr, offset: Value) -> None:
        base = self.owner.memory.base(load.what)
        self.builder.prefetch(self.builder.pointer(base, load.dtype, offset))

    def _terms(self, runs: Sequence[Run]) -> int:
        """How many terms the runs have, where that is known; else more than are written out."""
        terms = 1
        for run in runs:
            terms *= known(self.builder.subtract(run.stop, run.start)) or UNROLLED
        return terms

    def _multiply_add(self, lhs: Value, rhs: Value, sums: list[Value]) -> list[Value]:
        """One term of every sum."""
        columns = [self.columns.load(rhs, each) for each in range(self.columns.panel.vectors)]
        updated: list[Value] = []
        for number in range(self.height):  # a scalar is loaded just before its use: no spills
            scalar = self._scalar(lhs, number)
            for column in columns:
                total = sums[len(updated)]
                updated.append(self.builder.multiply_add(scalar, column, total))
        return updated

    def _scalar(self, lhs: Value, number: int) -> Value:
        """One element of `lhs`, in every lane."""
        owner = self.owner
        offset = self.builder.add(lhs, self.builder.multiply(integer(number), self.down))
        address = self.builder.pointer(self.bases[number], owner.root.lhs.dtype, offset)
        loaded = owner.evaluator.cast(self.builder.load(address, owner.root.lhs.dtype), owner.dtype)
        return self.builder.splat(loaded, owner.tiling.lanes)

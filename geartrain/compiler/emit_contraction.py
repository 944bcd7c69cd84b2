"""Emit a contraction: a dot product of which every partial sum stays in a register.

    for tile in my share of the tiles:               a tile: 6 rows x 4 vectors of columns
        acc[6][4] = 0
        for k in range(depth):                       (as many loops as the sum has axes)
            b0, b1, b2, b3 = rhs[k, column : column + 64]
            for row in range(6):
                a = lhs[row, k] in every lane
                acc[row][0] += a * b0;  acc[row][1] += a * b1;  ...
        statements on every acc, and their stores     (bias, activation, the optimizer's update)

Each sum runs over its terms in order, in one register: the result does not depend on the number of
workers. There is machine code for each height that a tile may have (`tiling.py`).

Both operands are read where they lie, at any steps: a convolution is a product whose lhs moves
over itself. Where the columns of `rhs` are not neighbours in memory, a worker first copies the
panel of a tile's columns so that they are.

A long sum that is cut into parts is in `emit_parts.py`.

Measured against an FMA loop on one Zen 4 core (`python -m geartrain doctor` prints the peak):
2048 x 2048 times 2048 x 2048 at 90 %, 128 x 784 times 784 x 512 at 99 %, 3x3 convolutions of 32 to
128 channels at 94 to 97 %, their derivatives by the kernel at 80 to 90 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from geartrain.compiler.contractions import counted, static_step
from geartrain.compiler.dots import root_dot
from geartrain.compiler.emit_dots import DotTerms
from geartrain.compiler.emit_parts import PartsEmitter
from geartrain.compiler.emit_rows import address_of, store_values
from geartrain.compiler.evaluate import Evaluator
from geartrain.compiler.exprs import Axis
from geartrain.compiler.ir import Builder, Value, constant, integer, known
from geartrain.compiler.kernels import Contraction
from geartrain.compiler.loops import axes_of
from geartrain.compiler.memory import Memory
from geartrain.compiler.panels import LHS, RHS, Columns, Depth, copies_panel
from geartrain.compiler.schedule import Task
from geartrain.compiler.sharing import part_of, share_of, unflatten
from geartrain.compiler.tiling import (
    Panel,
    Run,
    Tiling,
    choose_tiling,
    follows,
    heights,
    merge_runs,
    whole_run,
)
from geartrain.runtime.cpu import Cpu
from geartrain.tensor import Size

PAGE_BYTES = 4096
TERMS_AHEAD = 32  # that are asked for where the processor cannot guess them
UNROLLED = 64  # multiply-adds of a tile: a loop of no more is written out

Turn = Callable[[Value, list[Value]], list[Value]]


class ContractionEmitter:
    """Writes one kernel with a contraction at its root."""

    def __init__(self, builder: Builder, memory: Memory, task: Task, cpu: Cpu) -> None:
        if not isinstance(task.kernel.root, Contraction):
            raise TypeError(f"{task.kernel.name} has no contraction at its root")
        self.builder = builder
        self.memory = memory
        self.task = task
        self.cpu = cpu
        self.kernel = task.kernel
        self.root = task.kernel.root
        self.dtype = self.root.node.dtype
        self.evaluator = Evaluator(builder, memory, cpu.features)
        self.rows = self._rows()
        inside = self.rows.axes if self.rows else ()
        self.outer = tuple(axis for axis in self.kernel.rows if axis not in inside)
        self.row_count = self.rows.stop if self.rows else integer(1)
        self.column_step = self.memory.step(self.root.rhs, self.root.column)
        self.dot = root_dot(cpu, self.root)
        self.copies = copies_panel(self.root) or self.dot is not None
        self.tiling = tiling_of(self.root, self.row_size(), cpu)
        self.axes = self._depth_axes()
        self.begins: Value | None = None  # in a sum of blocks: whether this is the first one

    # -- axes and steps --------------------------------------------------------------------------

    def row_size(self) -> int | None:
        """How many rows there are, where that is known."""
        return known(self.row_count)

    def _rows(self) -> Run | None:
        """The rows of the tiles: the root's row axis, and those before it that go on with it."""
        if self.root.row is None:
            return None
        axes = self.kernel.rows
        run = self._row_run(self.root.row)
        for axis in reversed(axes[: axes.index(self.root.row)]):
            if axis not in axes_of(self.root.lhs) or axis in axes_of(self.root.rhs):
                break
            outer = self._row_run(axis)
            if known(outer.stop) is None or not follows(outer, run):
                break
            run = merge_runs(self.builder, [outer, run])[0]
        return run

    def _row_run(self, axis: Axis) -> Run:
        return whole_run(
            axis, self.memory.size(axis.extent), [self.memory.step(self.root.lhs, axis)]
        )

    def _depth_axes(self) -> tuple[Axis, ...]:
        """The axes of the sum, those of the largest steps outside; one that is cut comes first.

        Dots want the terms of `lhs` to be neighbours.
        """
        fixed = 1 if self.root.chunk is not None else 0
        axes = sorted(self.root.depth[fixed:], key=self._reach)
        if self.dot is not None:
            axes.sort(key=lambda axis: static_step(self.root.lhs, axis) == 1)
        return (*self.root.depth[:fixed], *axes)

    def _reach(self, axis: Axis) -> float:
        steps = [known(self.memory.step(each, axis)) for each in self.root.operands()]
        return -sum(abs(each) if each is not None else float("inf") for each in steps)

    def whole_depth(self, axes: Sequence[Axis]) -> list[Run]:
        """The runs of the sum over whole axes."""
        return [
            whole_run(
                axis,
                self.memory.size(axis.extent),
                [self.memory.step(each, axis) for each in self.root.operands()],
            )
            for axis in axes
        ]

    # -- the loops over tiles --------------------------------------------------------------------

    def emit(self) -> None:
        """Write the kernel."""
        self.evaluator.hoist(self.kernel.expressions())
        if self.root.chunk is not None:
            PartsEmitter(self).emit()
            return
        depth = Depth(tuple(self.whole_depth(self.axes)))
        extents = self.tile_extents(self.outer)
        start, stop = share_of(self.builder, extents)
        if self._is_deep():
            self._emit_deep(start, stop, depth.runs[0])
        else:
            self.emit_tiles(start, stop, self.outer, depth)

    def _is_deep(self) -> bool:
        """Whether a copied panel of all terms is too large to stay near; such sums go in blocks."""
        root, terms = self.root, self.root.depth[0].extent
        alone = not self.outer and not self.kernel.statements and len(root.depth) == 1
        if not alone or len(self.task.stores) != 1 or not self.copies:
            return False
        return isinstance(terms, int) and terms > self._block_terms()

    def _block_terms(self) -> int:
        """The terms of which a panel fits a quarter of the L2 cache."""
        width = self.tiling.full.vectors * self.cpu.vector_bits // 8
        return max(self.cpu.l2_bytes // 4 // width, 1) * self._group()

    def _group(self) -> int:
        """How many terms are multiplied at once."""
        return self.dot.group if self.dot is not None else 1

    def _emit_deep(self, start: Value, stop: Value, run: Run) -> None:
        """Write loops over panels and blocks of terms; the sums wait where the results go."""
        builder, tiles = self.builder, self._row_tiles()
        blocks = -(-int(str(self.root.depth[0].extent)) // self._block_terms())

        def panel(number: Value, carried: list[Value]) -> list[Value]:
            begin = builder.multiply(number, tiles)
            first = builder.maximum(start, begin)
            last = builder.minimum(stop, builder.add(begin, tiles))

            def block(place: Value, nothing: list[Value]) -> list[Value]:
                low, high = self._block_of(place, blocks, run.stop)
                self.begins = builder.compare("icmp eq", place, integer(0))
                self.emit_tiles(first, last, (), Depth((replace(run, start=low, stop=high),)))
                return nothing

            builder.loop(integer(0), integer(blocks), integer(1), [], block)
            return carried

        past = builder.add(stop, builder.subtract(tiles, integer(1)))
        begin, end = (builder.binary("sdiv", each, tiles) for each in (start, past))
        builder.loop(begin, end, integer(1), [], panel)

    def _block_of(self, place: Value, blocks: int, terms: Value) -> tuple[Value, Value]:
        """The first term of a block, and the one after its last: whole groups of terms."""
        group, builder = integer(self._group()), self.builder
        if self._group() == 1:
            return part_of(builder, place, integer(blocks), terms)
        groups = integer(-(-int(terms.text) // self._group()))
        low, high = part_of(builder, place, integer(blocks), groups)
        return builder.multiply(low, group), builder.minimum(builder.multiply(high, group), terms)

    def tile_extents(self, outer: Sequence[Axis]) -> list[Value]:
        """How many tiles there are along each outer axis, the panels and the rows.

        A panel that is copied is kept over all axes that `rhs` doesn't move with.
        """
        before, after = self._around_panels(outer)
        sizes, others = (
            [self.memory.size(axis.extent) for axis in each] for each in (before, after)
        )
        return [*sizes, self._panels(), *others, self._row_tiles()]

    def _around_panels(self, outer: Sequence[Axis]) -> tuple[list[Axis], list[Axis]]:
        """The outer axes whose loops stand before the panels', and those behind."""
        if not self.copies:
            return list(outer), []
        moving = axes_of(self.root.rhs) | {self.root.chunk}
        return [each for each in outer if each in moving], [
            each for each in outer if each not in moving
        ]

    def emit_tiles(self, start: Value, stop: Value, outer: Sequence[Axis], depth: Depth) -> None:
        """Write the loop over the tiles from `start` to `stop`, each summing over `depth`."""
        extents = self.tile_extents(outer)
        before, after = self._around_panels(outer)

        def tile(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                *places, row_tile = unflatten(self.builder, flat, extents)
                panel = places.pop(len(before))
                self.evaluator.places.update(zip((*before, *after), places, strict=True))
                fresh = self._starts_panel(flat, start, [*places[len(before) :], row_tile])
                self._emit_panel_kinds(panel, row_tile, fresh, depth)
            return carried

        self.builder.loop(start, stop, integer(1), [], tile)

    def _panels(self) -> Value:
        extent = self.root.column.extent
        if isinstance(extent, int):
            return integer(self.tiling.panels(extent))
        lanes = self.tiling.lanes
        return self.builder.divide_up(self.memory.size(extent), lanes)

    def _row_tiles(self) -> Value:
        count = self.row_size()
        if count is not None:
            return integer(max(-(-count // self.tiling.rows), 1))
        return self.builder.divide_up(self.row_count, self.tiling.rows)

    def _starts_panel(self, flat: Value, start: Value, inside: Sequence[Value]) -> Value:
        """Whether a tile is the first that this worker takes of its panel."""
        total = inside[0]
        for place in inside[1:]:  # none is negative: all are 0 where their bits together are
            total = self.builder.binary("or", total, place)
        first = self.builder.compare("icmp eq", total, integer(0))
        own = self.builder.compare("icmp eq", flat, start)
        return self.builder.binary("or", first, own)

    def _emit_panel_kinds(self, panel: Value, row_tile: Value, fresh: Value, depth: Depth) -> None:
        tiling, extent = self.tiling, self.root.column.extent
        column = self.builder.multiply(panel, integer(tiling.full.vectors * tiling.lanes))

        def writer(kind: Panel) -> Callable[[], None]:
            return lambda: self._emit_panel(Columns(self, kind, column, depth), row_tile, fresh)

        if tiling.tail is None:
            writer(tiling.full)()
            return
        last = tiling.panels(int(str(extent))) - 1
        cases = {1: writer(tiling.tail)}
        if last > 0:
            cases[0] = writer(tiling.full)
        is_tail = self.builder.compare("icmp eq", panel, integer(last))
        self.builder.switch(self.builder.select(is_tail, integer(1), integer(0)), cases)

    def _emit_panel(self, columns: Columns, row_tile: Value, fresh: Value) -> None:
        with self.evaluator.scope():
            columns.place()
            columns.prepare(fresh)
            row, height = self._even_split(row_tile)
            cases = {
                each: self._tile_writer(each, row, columns)
                for each in heights(self.tiling, self._row_extent())
            }
            if len(cases) == 1:
                next(iter(cases.values()))()
            else:
                self.builder.switch(height, cases)

    def _row_extent(self) -> Size:
        """The number of rows where it is known; where it is not, any height may come."""
        count = self.row_size()
        if count is None and self.root.row is not None:
            return self.root.row.extent
        return count or 0

    def _tile_writer(self, height: int, row: Value, columns: Columns) -> Callable[[], None]:
        def write() -> None:
            with self.evaluator.scope():
                self._emit_tile(height, row, columns)

        return write

    def _even_split(self, row_tile: Value) -> tuple[Value, Value]:
        """The first row of a tile and its height: the first tiles may be one row higher."""
        builder, rows, tiles = self.builder, self.row_count, self._row_tiles()
        height = builder.binary("sdiv", rows, tiles)
        higher = builder.binary("srem", rows, tiles)
        row = builder.multiply(row_tile, height)
        row = builder.add(row, builder.minimum(row_tile, higher))
        is_higher = builder.compare("icmp slt", row_tile, higher)
        return row, builder.add(height, builder.select(is_higher, integer(1), integer(0)))

    # -- one tile --------------------------------------------------------------------------------

    def _emit_tile(self, height: int, row: Value, columns: Columns) -> None:
        vectors = columns.panel.vectors
        down = self.rows.steps[LHS] if self.rows else integer(0)
        lhs = self.builder.add(self._lhs_start(), self.builder.multiply(row, down))
        lhs = self.builder.add(lhs, columns.depth.starts(self.builder, LHS))
        terms = self._terms(columns, height, down)
        cells = [(number, vector) for number in range(height) for vector in range(vectors)]
        sums = [self._first_sum(row, number, columns, vector) for number, vector in cells]
        sums = terms.sums(lhs, sums)
        for total, (number, vector) in zip(sums, cells, strict=True):
            with self.evaluator.scope():
                self._stand(row, number, columns, vector)
                self._finish(total)

    def _terms(self, columns: Columns, height: int, down: Value) -> _Terms | DotTerms:
        if columns.grouped is not None:
            return DotTerms(self, columns.grouped, height, down)
        return _Terms(self, columns, height, down)

    def _lhs_start(self) -> Value:
        """Where `lhs` starts for the outer places, at row 0 and depth 0."""
        evaluator = self.evaluator
        with evaluator.scope():
            inside = (*self.root.depth, *(self.rows.axes if self.rows else ()))
            evaluator.places.update(dict.fromkeys(inside, integer(0)))
            return evaluator.offset(self.root.lhs)

    def _first_sum(self, row: Value, number: int, columns: Columns, vector: int) -> Value:
        """What a sum starts from: zero, or the sum of the terms before this block."""
        total = self._sum_before(row, number, columns, vector)
        return columns.grouped.first(total, vector) if columns.grouped else total

    def _sum_before(self, row: Value, number: int, columns: Columns, vector: int) -> Value:
        zero = constant(0, self.dtype, self.tiling.lanes)
        if self.root.chunk is None and self.begins is None:
            return zero
        with self.evaluator.scope():
            self._stand(row, number, columns, vector)
            address = self._result_address()
            found = self.builder.load(address, self.dtype, self.tiling.lanes, self.evaluator.mask)
            return found if self.begins is None else self.builder.select(self.begins, zero, found)

    def _result_address(self) -> str:
        ((node, buffer),) = self.task.stores
        return address_of(self.builder, self.evaluator, self.task, node, buffer, lane=True)

    def _stand(self, row: Value, number: int, columns: Columns, vector: int) -> None:
        """Stand at one row of a tile and one vector of columns."""
        if self.rows is not None:
            place_of_row = self.builder.add(row, integer(number))
            sizes = [self.memory.size(axis.extent) for axis in self.rows.axes]
            places = unflatten(self.builder, place_of_row, sizes)
            self.evaluator.places.update(zip(self.rows.axes, places, strict=True))
        columns.run_lanes(vector)

    def _finish(self, total: Value) -> None:
        """The statements on one vector of sums, and the stores."""
        evaluator = self.evaluator
        evaluator.values[self.root.node] = total
        for each in self.kernel.statements:
            evaluator.values[each.node] = evaluator.vector(each.expr)
        nodes = [self.root.node, *(each.node for each in self.kernel.statements)]
        store_values(self.builder, evaluator, self.task, nodes, lane=True)


class _Terms:
    """Writes the loops of a tile's sums, and the multiply-adds inside."""

    def __init__(
        self, owner: ContractionEmitter, columns: Columns, height: int, down: Value
    ) -> None:
        self.owner = owner
        self.builder = owner.builder
        self.columns = columns
        self.height = height
        self.down = down
        self.base = owner.memory.base(owner.root.lhs.what)

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
            here = self.builder.add(lhs, self.builder.multiply(number, run.steps[LHS]))
            there = self.builder.add(rhs, self.builder.multiply(number, run.steps[RHS]))
            return self.loops(inner, here, there, carried)

        if count is not None and count * len(sums) * self._terms(inner) <= UNROLLED:
            for number in range(count):
                sums = turn(integer(number), sums)
            return sums
        turns = self.builder.subtract(run.stop, run.start)
        body = turn if inner else self._asking_ahead(run, lhs, turn)
        return self.builder.loop(integer(0), turns, integer(1), sums, body)

    def _asking_ahead(self, run: Run, lhs: Value, turn: Turn) -> Turn:
        """Where each term of `lhs` lies on a page of its own, no processor sees the next coming."""
        step, builder = known(run.steps[LHS]), self.builder
        dtype = self.owner.root.lhs.dtype
        if step is None or abs(step) * dtype.itemsize < PAGE_BYTES:
            return turn

        def asking(number: Value, carried: list[Value]) -> list[Value]:
            ahead = builder.add(number, integer(TERMS_AHEAD))
            start = builder.add(lhs, builder.multiply(ahead, run.steps[LHS]))
            for row in (0, self.height - 1):
                offset = builder.add(start, builder.multiply(integer(row), self.down))
                builder.prefetch(builder.pointer(self.base, dtype, offset))
            return turn(number, carried)

        return asking

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
        address = self.builder.pointer(self.base, owner.root.lhs.dtype, offset)
        loaded = owner.evaluator.cast(self.builder.load(address, owner.root.lhs.dtype), owner.dtype)
        return self.builder.splat(loaded, owner.tiling.lanes)


def tiling_of(root: Contraction, rows: int | None, cpu: Cpu) -> Tiling:
    """The tiles of a contraction with so many rows, or as many as there will be."""
    size = rows if rows is not None else root.row.extent if root.row else 1
    terms = 1 if root.chunk is not None else counted(root.depth)
    dot = root_dot(cpu, root)
    terms = terms if dot is None else -(-terms // dot.group)
    return choose_tiling(cpu, root.node.dtype.itemsize, size, root.column.extent, terms)

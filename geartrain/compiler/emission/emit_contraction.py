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

from geartrain.compiler.emission.emit_block import BlockMaker
from geartrain.compiler.emission.emit_dots import DotTerms
from geartrain.compiler.emission.emit_epilogue import Epilogue
from geartrain.compiler.emission.emit_parts import PartsEmitter
from geartrain.compiler.emission.emit_rows import address_of
from geartrain.compiler.emission.emit_terms import Terms
from geartrain.compiler.emission.emit_windows import Kept, emit_lines
from geartrain.compiler.emission.evaluate import Evaluator
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.panels import (
    LHS,
    Ahead,
    Columns,
    Depth,
    asks_for_panels,
    copies_panel,
    keeps_all_panels,
)
from geartrain.compiler.emission.sharing import part_of, product_of, share_of, unflatten
from geartrain.compiler.emission.tiling import (
    Panel,
    Run,
    Tiling,
    choose_tiling,
    follows,
    heights,
    merge_runs,
    whole_run,
)
from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.form.loops import axes_of, is_affine
from geartrain.compiler.fusion.contractions import counted, gathered_axis, static_step
from geartrain.compiler.fusion.dots import root_dot
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant, integer, known
from geartrain.compiler.planning.schedule import Task
from geartrain.runtime.cpu import Cpu
from geartrain.tensor import Size


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
        windows = task.kernel.windows
        self.kept = Kept(builder, memory, task, windows) if windows else None
        self.block = BlockMaker(builder, memory, task, cpu) if task.kernel.block else None
        self.rows = self._rows()
        inside = self.rows.axes if self.rows else ()
        self.outer = tuple(axis for axis in self.kernel.rows if axis not in inside)
        self.row_count = self.rows.stop if self.rows else integer(1)
        self.column_step = self.memory.step(self.root.rhs, self.root.column)
        self.dot = root_dot(cpu, self.root)
        self.copies = copies_panel(self.root) or self.dot is not None
        self.tiling = tiling_of(self.root, self.row_size(), cpu)
        self.axes = self._depth_axes()
        self.keeps_all = self.dot is None and keeps_all_panels(self.root, self.outer, cpu)
        self.epilogue = Epilogue(self)
        self.gathered = None if is_affine(self.root.lhs) else gathered_axis(self.root)
        self.begins: Value | None = None  # in a sum of blocks: whether this is the first one

    # -- axes and steps --------------------------------------------------------------------------

    def row_size(self) -> int | None:
        """How many rows there are, where that is known."""
        return known(self.row_count)

    def _rows(self) -> Run | None:
        """The rows of the tiles: the root's row axis, and those that go on with it.

        So do axes before it, and one whose steps lie between its own: the channels of an image
        between its columns.
        """
        if self.root.row is None:
            return None
        axes = self.kernel.rows
        run = self._row_run(self.root.row)
        for axis in reversed(axes[: axes.index(self.root.row)]):
            if self.kept is not None:  # whose lines are taken one by one
                break
            if axis not in axes_of(self.root.lhs) or axis in axes_of(self.root.rhs):
                break
            outer = self._row_run(axis)
            if known(outer.stop) is None or not follows(outer, run):
                break
            run = merge_runs(self.builder, [outer, run])[0]
        return self._with_steps_between(run)

    def _with_steps_between(self, run: Run) -> Run:
        for axis in self.kernel.rows:
            between = axis not in run.axes and axis is not self.root.chunk and axis.extent != 1
            if between and self.kept is None and axis not in axes_of(self.root.rhs):
                inner = self._row_run(axis)
                if known(run.stop) is not None and follows(run, inner):
                    return merge_runs(self.builder, [run, inner])[0]
        return run

    def _row_run(self, axis: Axis) -> Run:
        return whole_run(
            axis, self.memory.size(axis.extent), [self.memory.step(self.root.lhs, axis)]
        )

    def _depth_axes(self) -> tuple[Axis, ...]:
        """The axes of the sum, those of the largest steps outside; one that is cut comes first.

        Dots want the terms of `lhs` to be neighbours.
        """
        if self.block is not None:  # which lies in this order
            return self.root.depth
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
        if self.kept is not None:
            emit_lines(self, self.kept)
            return
        if self.root.chunk is not None:
            PartsEmitter(self).emit()
            return
        depth = Depth(tuple(self.whole_depth(self.axes)))
        extents = self.tile_extents(self.outer)
        start, stop = share_of(self.builder, extents)
        if self.keeps_all:
            self.builder.when(
                self.builder.compare("icmp slt", start, stop), lambda: self._copy_all(depth)
            )
        if self._is_deep():
            self._emit_deep(start, stop, depth.runs[0])
        else:
            self.emit_tiles(start, stop, self.outer, depth)

    def _copy_all(self, depth: Depth) -> None:
        """Copy all panels, side by side."""

        def panel(number: Value, carried: list[Value]) -> list[Value]:
            def copy(columns: Columns) -> None:
                with self.evaluator.scope():
                    columns.place()
                    columns.copy()

            self._emit_panel_kinds(number, depth, None, copy)
            return carried

        with self.evaluator.scope():
            self.evaluator.places.update(dict.fromkeys(self.outer, integer(0)))
            self.builder.loop(integer(0), self._panels(), integer(1), [], panel)

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
        if not self.copies or self.keeps_all:
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
                ahead = self._ahead(flat, extents, (*before, *after), len(before), row_tile)
                self._emit_panel_kinds(
                    panel, depth, ahead, lambda each: self._emit_panel(each, row_tile, fresh)
                )
            return carried

        self.builder.loop(start, stop, integer(1), [], tile)

    def _ahead(
        self,
        flat: Value,
        extents: Sequence[Value],
        axes: Sequence[Axis],
        before: int,
        row_tile: Value,
    ) -> Ahead | None:
        """The panel that comes after that of a tile, where it is asked for while this one runs."""
        plain = self.dot is None and not self.keeps_all
        whole = plain and self.begins is None and self.root.chunk is None
        last = not axes and known(self._panels()) == 1
        if not whole or last or not asks_for_panels(self.root, self.tiling, self.row_size()):
            return None
        inside = product_of(self.builder, extents[before + 1 :])
        *places, _ = unflatten(self.builder, self.builder.add(flat, inside), extents)
        panel = places.pop(before)
        with self.evaluator.scope():
            self.evaluator.places.update(zip(axes, places, strict=True))
            return Ahead(self.rhs_start(self._column(panel)), row_tile)

    def rhs_start(self, column: Value) -> Value:
        """Where `rhs` starts for the outer places and a column, at depth 0."""
        evaluator = self.evaluator
        with evaluator.scope():
            evaluator.places.update(dict.fromkeys(self.root.depth, integer(0)))
            evaluator.places[self.root.column] = column
            return evaluator.offset(self.root.rhs)

    def _column(self, panel: Value) -> Value:
        """The first column of a panel."""
        return self.builder.multiply(panel, integer(self.tiling.full.vectors * self.tiling.lanes))

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

    def _emit_panel_kinds(
        self, panel: Value, depth: Depth, ahead: Ahead | None, act: Callable[[Columns], None]
    ) -> None:
        """Write what is done with a panel, for full ones and for the tail."""
        tiling, extent = self.tiling, self.root.column.extent
        column = self._column(panel)

        def writer(kind: Panel) -> Callable[[], None]:
            return lambda: act(Columns(self, kind, column, depth, ahead))

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
                for each in heights(self.tiling, self.row_extent())
            }
            if len(cases) == 1:
                next(iter(cases.values()))()
            else:
                self.builder.switch(height, cases)
            self.epilogue.finish(height, row, columns)

    def row_extent(self) -> Size:
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
        if isinstance(terms, Terms) and self.gathered is self.root.row:
            terms.gather(row)
        cells = [(number, vector) for number in range(height) for vector in range(vectors)]
        sums = [self._first_sum(row, number, columns, vector) for number, vector in cells]
        sums = terms.sums(lhs, sums)
        self.epilogue.take(sums, row, columns)

    def _terms(self, columns: Columns, height: int, down: Value) -> Terms | DotTerms:
        if columns.grouped is not None:
            return DotTerms(self, columns.grouped, height, down)
        return Terms(self, columns, height, down)

    def _lhs_start(self) -> Value:
        """Where `lhs` starts for the outer places, at row 0 and depth 0."""
        evaluator = self.evaluator
        with evaluator.scope():
            inside = (*self.root.depth, *(self.rows.axes if self.rows else ()))
            evaluator.places.update(dict.fromkeys(inside, integer(0)))
            if self.gathered is not None:  # whose first index comes term by term, or row by row
                return evaluator.offset_along(self.root.lhs, 1)
            return evaluator.offset(self.root.lhs)

    def row_offset(self, place: Value) -> Value:
        """Where the row of `lhs` begins that data give for a place of the gathered axis."""
        if self.gathered is None:
            raise TypeError(f"{self.kernel.name} has its rows in even strides")
        with self.evaluator.scope():
            self.evaluator.places[self.gathered] = place
            return self.evaluator.offset_along(self.root.lhs, 0)

    def _first_sum(self, row: Value, number: int, columns: Columns, vector: int) -> Value:
        """What a sum starts from: zero, or the sum of the terms before this block."""
        total = self._sum_before(row, number, columns, vector)
        return columns.grouped.first(total, vector) if columns.grouped else total

    def _sum_before(self, row: Value, number: int, columns: Columns, vector: int) -> Value:
        zero = constant(0, self.dtype, self.tiling.lanes)
        if self.root.chunk is None and self.begins is None:
            return zero
        with self.evaluator.scope():
            self.stand(row, integer(number), columns, vector)
            address = self._result_address()
            found = self.builder.load(address, self.dtype, self.tiling.lanes, self.evaluator.mask)
            return found if self.begins is None else self.builder.select(self.begins, zero, found)

    def _result_address(self) -> str:
        ((node, buffer),) = self.task.stores
        return address_of(self.builder, self.evaluator, self.task, node, buffer, lane=True)

    def stand(self, row: Value, number: Value, columns: Columns, vector: int) -> None:
        """Stand at one row of a tile and one vector of columns."""
        if self.rows is not None:
            place_of_row = self.builder.add(row, number)
            sizes = [self.memory.size(axis.extent) for axis in self.rows.axes]
            places = unflatten(self.builder, place_of_row, sizes)
            self.evaluator.places.update(zip(self.rows.axes, places, strict=True))
        columns.run_lanes(vector)


def tiling_of(root: Contraction, rows: int | None, cpu: Cpu) -> Tiling:
    """The tiles of a contraction with so many rows, or as many as there will be."""
    size = rows if rows is not None else root.row.extent if root.row else 1
    terms = 1 if root.chunk is not None else counted(root.depth)
    dot = root_dot(cpu, root)
    terms = terms if dot is None else -(-terms // dot.group)
    return choose_tiling(cpu, root.node.dtype.itemsize, size, root.column.extent, terms)

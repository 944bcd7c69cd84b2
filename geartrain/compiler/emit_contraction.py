"""Emit a contraction: a dot product of which every partial sum stays in a register.

    for tile in my share of the tiles:               a tile: up to 14 rows x 2 vectors of columns
        acc[14][2] = 0
        for k in range(depth):
            b0, b1 = rhs[k, column : column + 32]
            for row in range(14):
                a = lhs[row, k] in every lane
                acc[row][0] += a * b0;  acc[row][1] += a * b1
        statements on every acc, and their stores     (bias, activation, the optimizer's update)

With 32 vector registers, 14 x 2 sums, 2 vectors of `rhs` and a scalar are all there is: no sum is
ever spilled, and each loaded value is used 14 or 2 times. Rows are split evenly (15 = 8 + 7), so
that there is machine code for each height that a tile may have. Sums run over k in order, each in
one register: the result does not depend on the number of workers.

Both operands are read where they lie. Where the columns of `rhs` are not neighbours in memory, a
worker first copies the panel of a tile's columns so that they are.

Measured against an FMA loop on one Zen 4 core (`python -m geartrain doctor` prints the peak):
128 x 784 times 784 x 512 at 99 %, the weight gradient of that layer at 98 %.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from geartrain.compiler.emit_rows import store_values
from geartrain.compiler.evaluate import Evaluator
from geartrain.compiler.ir import Builder, Value, constant, integer
from geartrain.compiler.kernels import Contraction
from geartrain.compiler.loops import Axis, place
from geartrain.compiler.memory import Memory
from geartrain.compiler.schedule import Task
from geartrain.compiler.sharing import share_of, unflatten
from geartrain.runtime.cpu import Cpu
from geartrain.tensor.shape import Size, size_value

MAX_ROWS = 14
VECTORS = 2  # of columns in a tile


@dataclass(frozen=True)
class Panel:
    """The columns of a tile: how many vectors, and how many lanes of the last one count."""

    vectors: int
    last_lanes: int


@dataclass(frozen=True)
class Tiling:
    """How a contraction is cut into tiles."""

    lanes: int
    rows: int  # at most, in a tile
    full: Panel
    tail: Panel | None
    panels: Value  # how many panels there are, the tail included


def rows_in_registers(cpu: Cpu, vectors: int) -> int:
    """How many rows of a tile fit the registers, beside the vectors of `rhs` and a scalar."""
    return min(MAX_ROWS, (cpu.vector_registers - vectors - 2) // vectors)


class ContractionEmitter:
    """Writes one kernel with a contraction at its root."""

    def __init__(self, builder: Builder, memory: Memory, task: Task, cpu: Cpu) -> None:
        if not isinstance(task.kernel.root, Contraction):
            raise TypeError(f"{task.kernel.name} has no contraction at its root")
        self.builder = builder
        self.memory = memory
        self.task = task
        self.kernel = task.kernel
        self.root = task.kernel.root
        self.dtype = self.root.node.dtype
        self.evaluator = Evaluator(builder, memory, cpu.features)
        self.tiling = self._tiling(cpu)
        self.outer = tuple(axis for axis in self.kernel.rows if axis is not self.root.row)
        self.depth = memory.size(self.root.depth.extent)

    def _tiling(self, cpu: Cpu) -> Tiling:
        lanes = cpu.vector_bits // 8 // self.dtype.itemsize
        extent = self.root.column.extent
        if not isinstance(extent, int):
            return self._symbolic_tiling(cpu, lanes, extent)
        vectors = min(VECTORS, -(-extent // lanes))
        count, rest = divmod(extent, vectors * lanes)
        tail = _panel(rest, lanes) if rest else None
        full = Panel(vectors, lanes)
        rows = rows_in_registers(cpu, vectors)
        return Tiling(lanes, rows, full, tail, integer(count + (tail is not None)))

    def _symbolic_tiling(self, cpu: Cpu, lanes: int, extent: Size) -> Tiling:
        """Columns known at run time only: every panel is one vector, masked."""
        rounded = self.builder.add(self.memory.size(extent), integer(lanes - 1))
        panels = self.builder.binary("sdiv", rounded, integer(lanes))
        return Tiling(lanes, rows_in_registers(cpu, 1), Panel(1, 0), None, panels)

    # -- the loops over tiles --------------------------------------------------------------------

    def emit(self) -> None:
        """Write the kernel."""
        self.evaluator.hoist(self.kernel.expressions())
        outer = [self.memory.size(axis.extent) for axis in self.outer]
        row_tiles = self._row_tiles()
        extents = [*outer, self.tiling.panels, row_tiles]
        start, stop = share_of(self.builder, extents)

        def tile(flat: Value, carried: list[Value]) -> Sequence[Value]:
            with self.evaluator.scope():
                *places, panel, row_tile = unflatten(self.builder, flat, extents)
                self.evaluator.places.update(zip(self.outer, places, strict=True))
                fresh = self._starts_panel(flat, start, row_tile)
                self._emit_panel_kinds(panel, row_tile, row_tiles, fresh)
            return carried

        self.builder.loop(start, stop, integer(1), [], tile)

    def _row_tiles(self) -> Value:
        rounded = self.builder.add(self._rows(), integer(self.tiling.rows - 1))
        return self.builder.binary("sdiv", rounded, integer(self.tiling.rows))

    def _rows(self) -> Value:
        return self.memory.size(self.root.row.extent) if self.root.row else integer(1)

    def _starts_panel(self, flat: Value, start: Value, row_tile: Value) -> Value:
        """Whether a tile is the first that this worker takes of its panel."""
        first = self.builder.compare("icmp eq", row_tile, integer(0))
        own = self.builder.compare("icmp eq", flat, start)
        return self.builder.binary("or", first, own)

    def _emit_panel_kinds(
        self, panel: Value, row_tile: Value, row_tiles: Value, fresh: Value
    ) -> None:
        tiling = self.tiling
        width = tiling.full.vectors * tiling.lanes
        column = self.builder.multiply(panel, integer(width))
        if tiling.tail is None:
            self._emit_panel(tiling.full, column, row_tile, row_tiles, fresh)
            return
        tail = tiling.tail
        last = self.builder.binary("sub", tiling.panels, integer(1))
        is_tail = self.builder.compare("icmp eq", panel, last)
        kind = self.builder.select(is_tail, integer(1), integer(0))
        cases = {1: lambda: self._emit_panel(tail, column, row_tile, row_tiles, fresh)}
        if int(tiling.panels.text) > 1:
            cases[0] = lambda: self._emit_panel(tiling.full, column, row_tile, row_tiles, fresh)
        self.builder.switch(kind, cases)

    def _emit_panel(
        self, panel: Panel, column: Value, row_tile: Value, row_tiles: Value, fresh: Value
    ) -> None:
        with self.evaluator.scope():
            rhs = _Columns(self, panel, column)
            rhs.prepare(fresh)
            row, height = self._even_split(row_tile, row_tiles)
            cases = {each: self._tile_writer(each, row, rhs) for each in self._heights()}
            self.builder.switch(height, cases)

    def _tile_writer(self, height: int, row: Value, rhs: _Columns) -> Callable[[], None]:
        def write() -> None:
            with self.evaluator.scope():
                self._emit_tile(height, row, rhs)

        return write

    def _even_split(self, row_tile: Value, row_tiles: Value) -> tuple[Value, Value]:
        """The first row of a tile and its height: the first tiles may be one row higher."""
        builder, rows = self.builder, self._rows()
        height = builder.binary("sdiv", rows, row_tiles)
        higher = builder.binary("srem", rows, row_tiles)
        row = builder.multiply(row_tile, height)
        row = builder.add(row, builder.minimum(row_tile, higher))
        is_higher = builder.compare("icmp slt", row_tile, higher)
        return row, builder.add(height, builder.select(is_higher, integer(1), integer(0)))

    def _heights(self) -> list[int]:
        """Every height that a tile may have."""
        extent = self.root.row.extent if self.root.row else 1
        if not isinstance(extent, int):
            return list(range(1, self.tiling.rows + 1))
        tiles = -(-extent // self.tiling.rows)
        return sorted({extent // tiles, -(-extent // tiles)})

    # -- one tile --------------------------------------------------------------------------------

    def _emit_tile(self, height: int, row: Value, rhs: _Columns) -> None:
        vectors = rhs.panel.vectors
        start, down, along = self._lhs_strides(row)
        zero = constant(0, self.dtype, self.tiling.lanes)

        def turn(k: Value, sums: list[Value]) -> Sequence[Value]:
            first = self.builder.add(start, self.builder.multiply(k, along))
            columns = [rhs.load(k, vector) for vector in range(vectors)]
            updated: list[Value] = []
            for number in range(height):  # a scalar is loaded just before its use: no spills
                scalar = self._lhs_scalar(first, down, number)
                for column in columns:
                    total = sums[len(updated)]
                    updated.append(self.builder.intrinsic("fma", scalar, column, total))
            return updated

        sums = self.builder.loop(
            integer(0), self.depth, integer(1), [zero] * (height * vectors), turn
        )
        for number, total in enumerate(sums):
            place_of_row = self.builder.add(row, integer(number // vectors))
            self._finish(total, place_of_row, rhs, number % vectors)

    def _stand(self, row: Value, rhs: _Columns, vector: int) -> None:
        """Stand at one row and one vector of columns."""
        if self.root.row is not None:
            self.evaluator.places[self.root.row] = row
        rhs.run_lanes(vector)

    def _lhs_scalar(self, first: Value, down: Value, number: int) -> Value:
        """One element of `lhs`, in every lane."""
        offset = self.builder.add(first, self.builder.multiply(integer(number), down))
        address = self.builder.pointer(self._lhs_base(), self.dtype, offset)
        return self.builder.splat(self.builder.load(address, self.dtype), self.tiling.lanes)

    def _lhs_base(self) -> str:
        return self.memory.base(self.root.lhs.what)

    def _lhs_strides(self, row: Value) -> tuple[Value, Value, Value]:
        """Where the tile's first row starts, and the steps from row to row and from k to k."""
        evaluator = self.evaluator
        with evaluator.scope():
            evaluator.places[self.root.depth] = integer(0)
            if self.root.row is not None:
                evaluator.places[self.root.row] = row
            start = evaluator.offset(self.root.lhs)
        return start, self._step(self.root.row), self._step(self.root.depth)

    def _step(self, axis: Axis | None) -> Value:
        lhs = self.root.lhs
        total = integer(0)
        for index, stride in zip(lhs.args, self.memory.strides(lhs), strict=True):
            if axis is not None and index is place(axis):
                total = self.builder.add(total, stride)
        return total

    def _finish(self, total: Value, row: Value, rhs: _Columns, vector: int) -> None:
        """The statements on one vector of sums, and the stores."""
        evaluator = self.evaluator
        with evaluator.scope():
            self._stand(row, rhs, vector)
            evaluator.values[self.root.node] = total
            for each in self.kernel.statements:
                evaluator.values[each.node] = evaluator.vector(each.expr)
            nodes = [self.root.node, *(each.node for each in self.kernel.statements)]
            store_values(self.builder, evaluator, self.task, nodes, lane=True)


class _Columns:
    """The columns of `rhs` under a tile: read in place, or copied side by side first."""

    def __init__(self, owner: ContractionEmitter, panel: Panel, column: Value) -> None:
        self.owner = owner
        self.panel = panel
        self.builder = owner.builder
        self.lanes = owner.tiling.lanes
        places = (integer(vector * self.lanes) for vector in range(panel.vectors))
        self.places = [self.builder.add(column, each) for each in places]
        self.masks = [self._mask(vector) for vector in range(panel.vectors)]

    def _mask(self, vector: int) -> Value | None:
        """Which lanes of a vector of columns count; None where all do."""
        panel = self.panel
        if panel.last_lanes == self.lanes or (panel.last_lanes and vector + 1 < panel.vectors):
            return None
        extent = self.owner.memory.size(self.owner.root.column.extent)
        left = self.builder.binary("sub", extent, self.places[vector])
        return self.builder.compare("icmp slt", self.builder.lane_numbers(self.lanes), left)

    def run_lanes(self, vector: int) -> None:
        """Let the column axis run along the lanes of one vector."""
        self.owner.evaluator.run_lanes(
            self.owner.root.column, self.places[vector], self.lanes, self.masks[vector]
        )

    def prepare(self, fresh: Value) -> None:
        """Copy the panel, if it must be, when a worker begins with it."""
        if copies_panel(self.owner.root):
            self.builder.when(fresh, self._copy)

    def _copy(self) -> None:
        def turn(k: Value, carried: list[Value]) -> Sequence[Value]:
            for vector in range(self.panel.vectors):
                self.builder.store(self._load_in_place(k, vector), self._slot(k, vector))
            return carried

        self.builder.loop(integer(0), self.owner.depth, integer(1), [], turn)

    def load(self, k: Value, vector: int) -> Value:
        """One vector of columns of row k."""
        if copies_panel(self.owner.root):
            return self.builder.load(self._slot(k, vector), self.owner.dtype, self.lanes)
        return self._load_in_place(k, vector)

    def _load_in_place(self, k: Value, vector: int) -> Value:
        evaluator = self.owner.evaluator
        with evaluator.scope():
            self.run_lanes(vector)
            evaluator.places[self.owner.root.depth] = k
            return self.builder.splat(evaluator.vector(self.owner.root.rhs), self.lanes)

    def _slot(self, k: Value, vector: int) -> str:
        """Where a vector of the copied panel lies in this worker's scratch memory."""
        width = integer(self.panel.vectors * self.lanes)
        offset = self.builder.add(self.builder.multiply(k, width), integer(vector * self.lanes))
        return self.builder.pointer(self.owner.memory.panel, self.owner.dtype, offset)


def copies_panel(root: Contraction) -> bool:
    """Whether the columns of `rhs` are no neighbours in memory, so that panels are copied."""
    return root.rhs.args[-1] is not place(root.column)


def panel_bytes(root: Contraction, cpu: Cpu, sizes: Mapping[str, int]) -> int:
    """The scratch memory that a worker needs to copy one panel."""
    if not copies_panel(root):
        return 0
    return size_value(root.depth.extent, dict(sizes)) * VECTORS * cpu.vector_bits // 8


def _panel(columns: int, lanes: int) -> Panel:
    vectors = -(-columns // lanes)
    return Panel(vectors, columns - (vectors - 1) * lanes)

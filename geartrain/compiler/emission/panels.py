"""The columns of `rhs` under a tile of a contraction: read in place, or copied side by side first.

Where neighbouring columns are no neighbours in memory (a transposed operand), or the terms lie on
too many pages, a worker copies the columns under a tile, its *panel*, when it comes to the first
tile of it, and all tiles of that panel read the copy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geartrain.compiler.emission.emit_dots import GroupedPanel, dot_bytes
from geartrain.compiler.emission.image_tiles import winograd_bytes
from geartrain.compiler.emission.tiling import MAX_ROWS, MAX_VECTORS, Panel, Run, Tiling, merge_runs
from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.form.loops import axes_of
from geartrain.compiler.fusion.contractions import counted, static_step
from geartrain.compiler.fusion.dots import root_dot
from geartrain.compiler.fusion.winograd import Winograd
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant, integer, known
from geartrain.runtime.cpu import Cpu
from geartrain.tensor import DType
from geartrain.tensor.shape import size_value

if TYPE_CHECKING:
    from geartrain.compiler.emission.emit_contraction import ContractionEmitter

LHS, RHS = 0, 1  # the operands' numbers in a run's steps
PAGE_BYTES = 4096
LINE_BYTES = 64
MANY_TILES = 8
SPARSE = 4  # a part of a row no larger than one in so many
FIRST_CACHE_BYTES = 1 << 15


@dataclass(frozen=True)
class Depth:
    """The loops of a sum: the runs, and where each operand starts, counted from its buffer."""

    runs: tuple[Run, ...]

    def starts(self, builder: Builder, operand: int) -> Value:
        """How far an operand has moved where every run starts."""
        total = integer(0)
        for run in self.runs:
            total = builder.add(total, builder.multiply(run.start, run.steps[operand]))
        return total


@dataclass(frozen=True)
class Ahead:
    """The panel after this one: where its columns start, and which tile it would be of its rows."""

    source: Value
    row_tile: Value


class Columns:
    """The columns of `rhs` under a tile: read in place, or copied side by side first."""

    def __init__(
        self,
        owner: ContractionEmitter,
        panel: Panel,
        column: Value,
        depth: Depth,
        ahead: Ahead | None = None,
    ) -> None:
        self.owner = owner
        self.ahead = ahead
        self.panel = panel
        self.depth = depth
        self.builder = owner.builder
        self.lanes = owner.tiling.lanes
        self.column = column
        self.copied = copies_panel(owner.root) or owner.dot is not None
        self.grouped: GroupedPanel | None = None

    def place(self) -> None:
        """Find where the columns lie, and how the sum's loops walk them."""
        places = (integer(vector * self.lanes) for vector in range(self.panel.vectors))
        self.places = [self.builder.add(self.column, each) for each in places]
        self.masks = [self._mask(vector) for vector in range(self.panel.vectors)]
        start = self.owner.rhs_start(self.column)
        self.source = self.builder.add(start, self.depth.starts(self.builder, RHS))
        if self.owner.dot is not None:
            self.grouped = GroupedPanel(self, self.owner.dot)
            return
        self.start = self._first_slot() if self.copied else self.source
        runs = self._over_the_copy() if self.copied else list(self.depth.runs)
        self.runs = merge_runs(self.builder, runs)

    def _first_slot(self) -> Value:
        """Where the copy begins: the panel's place, if all of them are kept."""
        if not self.owner.keeps_all:
            return integer(0)
        return self.builder.multiply(self.column, integer(counted(self.owner.root.depth)))

    def _over_the_copy(self) -> list[Run]:
        """The runs of the sum, where `rhs` is the copy: its terms one after another."""
        step = integer(self.panel.vectors * self.lanes)
        runs = []
        for run in reversed(self.depth.runs):
            runs.append(replace(run, steps=(run.steps[LHS], step)))
            step = self.builder.multiply(step, self.builder.subtract(run.stop, run.start))
        return runs[::-1]

    def _mask(self, vector: int) -> Value | None:
        """Which lanes of a vector of columns count; None where all do."""
        panel = self.panel
        if panel.last_lanes == self.lanes or (panel.last_lanes and vector + 1 < panel.vectors):
            return None
        extent = self.owner.memory.size(self.owner.root.column.extent)
        left = self.builder.subtract(extent, self.places[vector])
        return self.builder.first_lanes(self.lanes, left)

    @property
    def turned(self) -> bool:
        """Whether the terms of a column are neighbours in memory, not the columns of a term."""
        return known(self.owner.column_step) != 1

    def rows_a_tile(self) -> int:
        """How many rows of the next panel's memory each tile of this one asks for."""
        return rows_a_tile(self.owner.root, self.owner.tiling, self.owner.row_size())

    def run_lanes(self, vector: int) -> None:
        """Let the column axis run along the lanes of one vector."""
        self.owner.evaluator.run_lanes(
            self.owner.root.column, self.places[vector], self.lanes, self.masks[vector]
        )

    def prepare(self, fresh: Value) -> None:
        """Copy the panel, if it must be, when a worker begins with it."""
        if self.copied and not self.owner.keeps_all:
            self.builder.when(fresh, self.grouped.copy if self.grouped else self.copy)

    def copy(self) -> None:
        """Copy the panel."""
        copies = zip(self.depth.runs, self._over_the_copy(), strict=True)
        runs = [replace(run, steps=(run.steps[RHS], copy.steps[RHS])) for run, copy in copies]
        self._copy_runs(merge_runs(self.builder, runs), self.source, self.start)

    def _copy_runs(self, runs: Sequence[Run], source: Value, target: Value) -> None:
        if not runs:
            for vector in range(self.panel.vectors):
                self.builder.store(self.gathered(source, vector), self._slot(target, vector))
            return
        run, *inner = runs
        turns = self.builder.subtract(run.stop, run.start)
        done = integer(0)
        if not inner and known(run.steps[0]) == 1 and self.panel.last_lanes:
            done = self._copy_turned(run, turns, source, target)

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            here = self.builder.add(source, self.builder.multiply(number, run.steps[0]))
            there = self.builder.add(target, self.builder.multiply(number, run.steps[1]))
            self._copy_runs(inner, here, there)
            return carried

        self.builder.loop(done, turns, integer(1), [], turn)

    def _copy_turned(self, run: Run, turns: Value, source: Value, target: Value) -> Value:
        """Copy terms that are neighbours in memory, a square of them at a time; says how many."""
        builder, panel = self.builder, self.panel
        stop = builder.binary("and", turns, integer(-self.lanes))
        whole = panel.vectors if panel.last_lanes == self.lanes else panel.vectors - 1

        def square(first: Value, carried: list[Value]) -> list[Value]:
            here = builder.add(source, first)
            there = builder.add(target, builder.multiply(first, run.steps[1]))

            def vector(number: Value, nothing: list[Value]) -> list[Value]:
                self._turn_square(here, there, number, self.lanes, run.steps[1])
                return nothing

            builder.loop(integer(0), integer(whole), integer(1), [], vector)
            if whole < panel.vectors:
                self._turn_square(here, there, integer(whole), panel.last_lanes, run.steps[1])
            return carried

        builder.loop(integer(0), stop, integer(self.lanes), [], square)
        return stop

    def _turn_square(
        self, source: Value, target: Value, vector: Value, columns: int, step: Value
    ) -> None:
        """Load some columns, as many terms of each as there are lanes, and store them as rows."""
        builder, owner, dtype = self.builder, self.owner, self.owner.root.rhs.dtype
        base = owner.memory.base(owner.root.rhs.what)
        moved = builder.multiply(vector, integer(self.lanes))
        first = builder.add(source, builder.multiply(moved, owner.column_step))
        loaded = []
        for column in range(columns):
            place = builder.add(first, builder.multiply(integer(column), owner.column_step))
            loaded.append(builder.load(builder.pointer(base, dtype, place), dtype, self.lanes))
        loaded += [constant(0, dtype, self.lanes)] * (self.lanes - columns)
        for number, row in enumerate(transposed(builder, loaded)):
            slot = builder.add(target, builder.multiply(integer(number), step))
            address = builder.pointer(owner.memory.panel, dtype, builder.add(slot, moved))
            builder.store(row, address)

    def gathered(
        self,
        source: Value,
        vector: int,
        allowed: Value | None = None,
        loaded: DType | None = None,
    ) -> Value:
        """One vector of columns that lie apart (or are all the same); 0 if they may not be read.

        Of columns that lie apart, several terms can be `loaded` as one number.
        """
        owner, builder = self.owner, self.builder
        base, dtype = owner.memory.base(owner.root.rhs.what), owner.root.rhs.dtype
        if known(owner.column_step) == 0:
            address = builder.pointer(base, dtype, source)
            if allowed is not None:
                address = builder.address_if(allowed, address)
            return builder.splat(builder.load(address, dtype), self.lanes)
        moved = builder.multiply(integer(vector * self.lanes), owner.column_step)
        first = builder.add(source, moved)
        if known(owner.column_step) == 1:
            address = builder.pointer(base, dtype, first)
            return builder.load(address, dtype, self.lanes, self.masks[vector])
        numbers = builder.lane_numbers(self.lanes)
        lanes = builder.binary("mul", numbers, builder.splat(owner.column_step, self.lanes))
        offsets = builder.binary("add", lanes, builder.splat(first, self.lanes))
        mask = self.masks[vector]
        if allowed is not None:
            wide = builder.splat(allowed, self.lanes)
            mask = wide if mask is None else builder.binary("and", mask, wide)
        return builder.gather(base, dtype, offsets, mask, loaded)

    def load(self, offset: Value, vector: int) -> Value:
        """One vector of columns, of the term that lies at an offset."""
        owner, dtype = self.owner, self.owner.root.rhs.dtype
        if self.copied:
            loaded = self.builder.load(self._slot(offset, vector), dtype, self.lanes)
            return owner.evaluator.cast(loaded, owner.dtype)
        place = self.builder.add(offset, integer(vector * self.lanes))
        address = self.builder.pointer(owner.memory.base(owner.root.rhs.what), dtype, place)
        loaded = self.builder.load(address, dtype, self.lanes, self.masks[vector])
        return owner.evaluator.cast(loaded, owner.dtype)

    def _slot(self, offset: Value, vector: int) -> str:
        """Where a vector of the copied panel lies in this worker's scratch memory."""
        place = self.builder.add(offset, integer(vector * self.lanes))
        return self.builder.pointer(self.owner.memory.panel, self.owner.root.rhs.dtype, place)


def transposed(builder: Builder, rows: Sequence[Value]) -> list[Value]:
    """The transpose of a square of vectors: for each bit of their numbers, blocks change places."""
    square, lanes = list(rows), len(rows)
    step = lanes // 2
    while step:
        low = [lane if not lane & step else lanes + lane - step for lane in range(lanes)]
        high = [lane + step if not lane & step else lanes + lane for lane in range(lanes)]
        for number in (each for each in range(lanes) if not each & step):
            first, second = square[number], square[number + step]
            square[number] = builder.shuffle(first, second, low)
            square[number + step] = builder.shuffle(first, second, high)
        step //= 2
    return square


def copies_panel(root: Contraction) -> bool:
    """Whether the columns under a tile are copied: those that lie apart, or on many pages.

    Where each term lies on a page of its own, the addresses' translation is the bottleneck: a
    panel of them is copied if many tiles use it. So it is where a panel is a narrow part of rows
    that together are more than the first cache, as in a convolution's groups.
    """
    if static_step(root.rhs, root.column) != 1:
        return True
    inner = static_step(root.rhs, root.depth[-1])
    if inner is None:
        return False
    rows = root.row.extent if root.row is not None else 1
    many = isinstance(rows, int) and rows >= MANY_TILES * MAX_ROWS
    inner_bytes = inner * root.node.dtype.itemsize
    return (many and inner_bytes >= PAGE_BYTES) or _is_sparse(root, inner_bytes)


def _is_sparse(root: Contraction, inner_bytes: int) -> bool:
    """Whether the columns are a small part of what lies between one term and the next."""
    columns = root.column.extent
    if root.chunk is not None or not isinstance(columns, int):
        return False
    part = columns * root.node.dtype.itemsize * SPARSE
    uses = axes_of(root.lhs) - axes_of(root.rhs)
    large = counted(root.depth) * inner_bytes > FIRST_CACHE_BYTES
    return large and part <= inner_bytes and counted(tuple(uses)) >= MANY_TILES * MAX_ROWS


def asks_for_panels(root: Contraction, tiling: Tiling, rows: int | None) -> bool:
    """Whether the next panel is asked for ahead: rows of memory, that lie apart."""
    if rows is None or len(root.depth) > 1:
        return False
    steps = [static_step(root.rhs, axis) for axis in (root.column, root.depth[0])]
    line = LINE_BYTES // root.rhs.dtype.itemsize
    apart = [each for each in steps if each is not None and abs(each) >= line]
    return 1 in steps and len(apart) == 1 and rows_a_tile(root, tiling, rows) <= line


def rows_a_tile(root: Contraction, tiling: Tiling, rows: int | None) -> int:
    """The columns or terms of a panel, shared among its tiles: the next power of two."""
    tiles = max(-(-(rows or 1) // tiling.rows), 1)
    turned = static_step(root.rhs, root.column) != 1
    count = tiling.full.vectors * tiling.lanes if turned else counted(root.depth)
    return 1 << (-(-count // tiles) - 1).bit_length()


def keeps_all_panels(root: Contraction, outer: Sequence[Axis], cpu: Cpu) -> bool:
    """Whether a worker copies all panels of `rhs` before its first tile, and keeps them.

    It does if they are few and `rhs` is one for all outer places: so `lhs` is read once only. How
    many there are must be known: a sum over the batch may have any number of terms.
    """
    if root.chunk is not None or not outer or not copies_panel(root):
        return False
    if not all(isinstance(axis.extent, int) for axis in root.depth):
        return False
    if axes_of(root.rhs) & set(outer) or not isinstance(root.column.extent, int):
        return False
    return fits_whole(root, cpu)


def fits_whole(root: Contraction, cpu: Cpu) -> bool:
    """Whether all panels fit a quarter of the L2 cache."""
    return all_bytes(root, cpu) <= cpu.l2_bytes // 4


def all_bytes(root: Contraction, cpu: Cpu) -> int:
    """The memory of all panels, the last one filled up."""
    width = MAX_VECTORS * cpu.vector_bits // 8
    panels = -(-int(str(root.column.extent)) * root.rhs.dtype.itemsize // width)
    return counted(root.depth) * panels * width


def panel_bytes(root: Contraction, cpu: Cpu, sizes: Mapping[str, int]) -> int:
    """The most scratch memory that a worker may need to copy one panel."""
    if isinstance(root, Winograd):
        return winograd_bytes(root, cpu)
    extents = [size_value(axis.extent, dict(sizes)) for axis in root.depth]
    dot = root_dot(cpu, root)
    if dot is not None:
        return dot_bytes(root, dot, cpu, extents)
    if not copies_panel(root):
        return 0
    terms = math.prod(extents)
    static = isinstance(root.column.extent, int) and terms == counted(root.depth)
    if static and fits_whole(root, cpu):
        return all_bytes(root, cpu)
    if root.chunk is not None:
        terms = min(terms, cpu.l2_bytes // root.node.dtype.itemsize)
    return terms * MAX_VECTORS * cpu.vector_bits // 8

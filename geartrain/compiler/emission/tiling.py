"""Tiling: how a contraction is cut into tiles whose sums stay in registers.

    columns  |<-- 4 vectors -->|<-- 4 vectors -->|<- tail ->|        a panel: the columns of a tile
    rows     |  4 rows                                               11 rows = 4 + 4 + 3
             |  4 rows
             |  3 rows

With 32 vector registers, 6 x 4 sums, 4 vectors of `rhs` and a scalar of `lhs` fill them, and six
rows of `lhs` that lie a power of two apart still find place in one set of an L1 cache of 8 ways
(14 do not: 2048^3 then runs at 73 % of the peak, not 90 %). Where there are only 2 vectors of
columns, or a panel of 4 would leave the L2 cache, it is 14 x 2; with 16 registers, 6 x 2. Rows are
split evenly: no tile is a rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer, known
from geartrain.runtime.cpu import Cpu
from geartrain.tensor import Size

MAX_ROWS = 14
MAX_VECTORS = 4
MANY_ROWS = 6  # that there must be beside 4 vectors: each of them is loaded for so many uses


@dataclass(frozen=True)
class Panel:
    """The columns of a tile: its vectors, and how many lanes of the last one count (0: any)."""

    vectors: int
    last_lanes: int


@dataclass(frozen=True)
class Tiling:
    """The largest tile, and the panels: `full` ones, and a `tail` where columns are left."""

    lanes: int
    rows: int
    full: Panel
    tail: Panel | None

    def panels(self, columns: int) -> int:
        """How many panels there are, the tail included."""
        return -(-columns // (self.full.vectors * self.lanes))


def rows_in_registers(cpu: Cpu, vectors: int) -> int:
    """How many rows of a tile fit the registers, beside the vectors of `rhs` and a scalar."""
    return min(MAX_ROWS, (cpu.vector_registers - vectors - 2) // vectors)


def choose_tiling(cpu: Cpu, item_bytes: int, rows: Size, columns: Size, terms: int) -> Tiling:
    """The tiles for a result of so many rows and columns, each a sum of so many terms."""
    lanes = cpu.vector_bits // 8 // item_bytes
    if not isinstance(columns, int):  # known at run time only: every panel is one vector, masked
        return Tiling(lanes, rows_in_registers(cpu, 1), Panel(1, 0), None)
    wide = terms * MAX_VECTORS * cpu.vector_bits // 8 <= cpu.l2_bytes // 2
    vectors = _vectors(cpu, rows, max(1, -(-columns // lanes)), wide=wide)
    rest = columns % (vectors * lanes)
    tail = Panel(-(-rest // lanes), (rest - 1) % lanes + 1) if rest else None
    return Tiling(lanes, rows_in_registers(cpu, vectors), Panel(vectors, lanes), tail)


def _vectors(cpu: Cpu, rows: Size, needed: int, *, wide: bool) -> int:
    """How many vectors of columns a tile has, of those that are needed."""
    high = rows_in_registers(cpu, MAX_VECTORS)
    few = isinstance(rows, int) and rows <= high
    return min(needed, MAX_VECTORS if few or (wide and high >= MANY_ROWS) else 2)


def heights(tiling: Tiling, rows: Size) -> list[int]:
    """Every height that a tile may have."""
    if not isinstance(rows, int):
        return list(range(1, tiling.rows + 1))
    tiles = max(-(-rows // tiling.rows), 1)
    return sorted({rows // tiles, -(-rows // tiles)} - {0})


# -- axes that are walked as one ------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Neighbouring axes, walked as one: from `start` to `stop`, and how far each operand moves."""

    axes: tuple[Axis, ...]
    start: Value
    stop: Value
    steps: tuple[Value, ...]


def whole_run(axis: Axis, extent: Value, steps: Sequence[Value]) -> Run:
    """One axis, from its start to its end."""
    return Run((axis,), integer(0), extent, tuple(steps))


def merge_runs(builder: Builder, runs: Sequence[Run]) -> list[Run]:
    """Walk axes as one where each operand's place after the inner one's end is its next place."""
    merged: list[Run] = []
    for run in runs:
        if merged and follows(merged[-1], run):
            stop = builder.multiply(merged[-1].stop, run.stop)
            merged[-1] = replace(run, axes=(*merged[-1].axes, *run.axes), stop=stop)
        else:
            merged.append(run)
    return merged


def follows(outer: Run, inner: Run) -> bool:
    """Whether two runs can be walked as one."""
    count = known(inner.stop)
    whole = known(outer.start) == 0 and known(inner.start) == 0
    if count is None or not whole:
        return False
    pairs = [(known(a), known(b)) for a, b in zip(outer.steps, inner.steps, strict=True)]
    return all(a is not None and b is not None and a == count * b for a, b in pairs)

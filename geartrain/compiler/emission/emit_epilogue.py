"""Emit what follows the sums of a tile: the statements on each of its vectors, and their stores.

    little to do                                   much to do: sigmoid, erf, a long formula
        y[0][0] = maximum(acc[0][0] + b0, 0)           tile[14][2] = acc           (on the stack)
        y[0][1] = maximum(acc[0][1] + b1, 0)           for row of the tile, of any height:
        ...                                                y[row][0] = silu(tile[row][0] + b0)
        y[13][1] = ...                                     y[row][1] = silu(tile[row][1] + b1)

What is written out for each vector of each height of a tile is compiled as often: a sigmoid of 61
instructions up to 400 times. A row's vectors side by side keep the processor busy as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from geartrain.compiler.emission.emit_rows import store_values
from geartrain.compiler.emission.panels import Columns
from geartrain.compiler.emission.tiling import heights
from geartrain.compiler.form.exprs import walk
from geartrain.compiler.instructions.values import Value, integer, memory_type
from geartrain.compiler.instructions.vector_math import MATH

if TYPE_CHECKING:
    from geartrain.compiler.emission.emit_contraction import ContractionEmitter

WRITTEN_OUT = 2000  # operations: what has no more, all tiles together, is written out
OF_A_FUNCTION = 20  # operations that a function such as exp is counted for


class Epilogue:
    """Writes the end of the tiles of one contraction."""

    def __init__(self, owner: ContractionEmitter) -> None:
        self.owner = owner
        self.builder = owner.builder
        self.width = owner.tiling.full.vectors
        self.in_turns = self._operations() > WRITTEN_OUT
        if self.in_turns:
            count = owner.tiling.rows * self.width * owner.tiling.lanes
            text = f"alloca {memory_type(owner.dtype)}, i64 {count}, align 64"
            self.tile = self.builder.emit(text, integer(0).dtype).text

    def _operations(self) -> int:
        """How much there would be to write for the tiles of all heights and panels."""
        owner, tiling = self.owner, self.owner.tiling
        once = sum(
            OF_A_FUNCTION if each.what in MATH else 1
            for each in walk(*(each.expr for each in owner.kernel.statements))
            if each.head == "apply"
        )
        panels = [tiling.full, tiling.tail] if tiling.tail else [tiling.full]
        rows = sum(heights(tiling, owner.row_extent()))
        return once * rows * sum(each.vectors for each in panels)

    def take(self, sums: Sequence[Value], row: Value, columns: Columns) -> None:
        """Do the statements on the sums of a tile, or let the sums wait for `finish`."""
        width = columns.panel.vectors
        for place, total in enumerate(sums):
            number, vector = divmod(place, width)
            if self.in_turns:
                self.builder.store(total, self._slot(integer(number), vector))
            else:
                self._finish_vector(total, row, integer(number), columns, vector)

    def finish(self, height: Value, row: Value, columns: Columns) -> None:
        """The statements on the sums that wait, row by row."""
        if not self.in_turns:
            return

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            for vector in range(columns.panel.vectors):
                address = self._slot(number, vector)
                total = self.builder.load(address, self.owner.dtype, columns.lanes)
                self._finish_vector(total, row, number, columns, vector)
            return carried

        self.builder.loop(integer(0), height, integer(1), [], turn)

    def _slot(self, number: Value, vector: int) -> str:
        """Where the sums of a vector wait."""
        lanes = self.owner.tiling.lanes
        offset = self.builder.multiply(number, integer(self.width * lanes))
        offset = self.builder.add(offset, integer(vector * lanes))
        return self.builder.pointer(self.tile, self.owner.dtype, offset)

    def _finish_vector(
        self, total: Value, row: Value, number: Value, columns: Columns, vector: int
    ) -> None:
        """The statements on one vector of sums, and the stores."""
        owner, evaluator = self.owner, self.owner.evaluator
        with evaluator.scope():
            owner.stand(row, number, columns, vector)
            evaluator.values[owner.root.node] = total
            for each in owner.kernel.statements:
                evaluator.values[each.node] = evaluator.vector(each.expr)
            if owner.kept is not None:
                owner.kept.keep(evaluator)
                return
            nodes = [owner.root.node, *(each.node for each in owner.kernel.statements)]
            store_values(self.builder, evaluator, owner.task, nodes, lane=True)

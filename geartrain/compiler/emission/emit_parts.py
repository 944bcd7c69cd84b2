"""Emit a long sum, cut into parts: each worker adds up whole parts, block by block.

    for part in my share of the parts:
        parts[part] = 0
        for block of the part:                       as much of the images as fits half the L2 cache
            for tile in all tiles:
                acc = parts[part, tile];  acc += the block's terms;  parts[part, tile] = acc

The order of the additions is that of the terms: neither blocks nor workers change a bit of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from geartrain.compiler.emission.panels import Depth
from geartrain.compiler.emission.sharing import part_of, product_of, share_of
from geartrain.compiler.emission.tiling import Run
from geartrain.compiler.form.exprs import Axis
from geartrain.compiler.form.kernels import Contraction
from geartrain.compiler.fusion.contractions import counted, steps_of
from geartrain.compiler.instructions.values import Value, constant, integer
from geartrain.runtime.cpu import Cpu

if TYPE_CHECKING:
    from geartrain.compiler.emission.emit_contraction import ContractionEmitter


class PartsEmitter:
    """Writes the loops over parts and blocks of a sum that is cut."""

    def __init__(self, owner: ContractionEmitter) -> None:
        self.owner = owner
        self.builder = owner.builder
        self.memory = owner.memory
        self.outer = owner.outer[1:]
        self.blocks = block_sizes(owner.root, owner.axes, owner.cpu)
        if owner.dot is not None and len(self.blocks) == len(owner.axes):
            whole = -(-self.blocks[-1] // owner.dot.group) * owner.dot.group
            self.blocks = (*self.blocks[:-1], whole)  # groups of terms are not cut

    def emit(self) -> None:
        """Write the kernel: each worker takes its share of the parts."""
        owner, builder = self.owner, self.builder
        chunk, cut = owner.outer[0], owner.axes[0]
        count = self.memory.size(chunk.extent)
        start, stop = share_of(builder, [count])

        def part(number: Value, carried: list[Value]) -> list[Value]:
            with owner.evaluator.scope():
                owner.evaluator.places[chunk] = number
                self._clear(number)
                extent = self.memory.size(cut.extent)
                first, last = part_of(builder, number, count, extent)
                self._emit_blocks(owner.axes, self.blocks, first, last, [])
            return carried

        builder.loop(start, stop, integer(1), [], part)

    def _clear(self, part: Value) -> None:
        """Set a part's sums to zero."""
        ((node, buffer),) = self.owner.task.stores
        count = self.memory.strides_of(node)[0]
        lanes = self.owner.tiling.lanes
        zero = constant(0, node.dtype, lanes)
        start = self.builder.multiply(part, count)

        def clear(number: Value, carried: list[Value]) -> list[Value]:
            left = self.builder.subtract(count, number)
            mask = self.builder.first_lanes(lanes, left)
            place = self.builder.add(start, number)
            address = self.builder.pointer(self.memory.target(buffer), node.dtype, place)
            self.builder.store(zero, address, mask)
            return carried

        self.builder.loop(integer(0), count, integer(lanes), [], clear)

    def _emit_blocks(
        self,
        axes: Sequence[Axis],
        blocks: Sequence[int],
        first: Value,
        last: Value,
        done: list[Run],
    ) -> None:
        """A loop over the blocks of the first axis, around those of the next, around the tiles."""
        block = integer(blocks[0])
        rest = axes[1:]
        steps = self.owner.whole_depth(axes[:1])[0].steps

        def turn(start: Value, carried: list[Value]) -> list[Value]:
            with self.owner.evaluator.scope():
                stop = self.builder.minimum(self.builder.add(start, block), last)
                if blocks[0] == 1:
                    stop = self.builder.add(start, block)
                run = Run(axes[:1], start, stop, steps)  # type: ignore[arg-type]
                if blocks[1:] and rest:
                    extent = self.memory.size(rest[0].extent)
                    self._emit_blocks(rest, blocks[1:], integer(0), extent, [*done, run])
                else:
                    depth = Depth((*done, run, *self.owner.whole_depth(rest)))
                    self._emit_tiles(depth)
            return carried

        self.builder.loop(first, last, block, [], turn)

    def _emit_tiles(self, depth: Depth) -> None:
        if self.owner.block is not None:
            self.owner.block.make(self.owner.root.depth, depth.runs)
        total = product_of(self.builder, self.owner.tile_extents(self.outer))
        self.owner.emit_tiles(integer(0), total, self.outer, depth)


def block_sizes(root: Contraction, axes: Sequence[Axis], cpu: Cpu) -> tuple[int, ...]:
    """How many places of the first axis make a block; or of the second, where one is too many."""
    item = root.node.dtype.itemsize
    moved = [sum(map(abs, steps_of(each, axes[-1]))) for each in root.operands()]
    columns = root.column.extent if isinstance(root.column.extent, int) else 1
    rows = root.row.extent if root.row is not None and isinstance(root.row.extent, int) else 1
    touched = (columns + rows) * item if any(moved) else item
    places = max(cpu.l2_bytes // 2 // touched, 1)
    inner = counted(axes[1:])
    if inner <= places or len(axes) == 1:
        return (max(places // inner, 1),)
    second = axes[1].extent if isinstance(axes[1].extent, int) else 1
    return 1, max(places * second // inner, 1)

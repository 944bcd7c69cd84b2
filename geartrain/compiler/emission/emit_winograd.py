"""Emit a convolution by tiles of 4x4 results (Winograd's algorithm, see `winograd.py`).

    for block of tiles in my share:
        for tile of the block:     V[36][tile][c] = B^T d B           (vectors of channels)
        for panel of features:
            for each of the 36:    M[tile][f] = sum over c of V[tile][c] * U[c][f]
            for tile of the block: y = A^T M A; statements, and their stores

A block has as many tiles as keep V and M in half of the L2 cache. The derivative by the kernel
gives each worker whole parts of the batch:

    for part in my share of the parts:
        for block of the part's tiles:
            for tile of the block: V[36][tile][c] = B^T d B;  Y[36][tile][f] = A dy A^T
            for each of the 36:    dU[c][f] += sum over tiles of V[tile][c] * Y[tile][f]

What lies outside of an image is a zero: tiles that reach over its edge are loaded under a mask.
"""

from __future__ import annotations

from collections.abc import Callable

from geartrain.compiler.emission.emit_rows import store_values
from geartrain.compiler.emission.emit_windows import Kept
from geartrain.compiler.emission.image_tiles import (
    GRADIENT_TILES,
    PRODUCTS,
    Corner,
    ImageTiles,
    both_sides,
)
from geartrain.compiler.emission.sharing import part_of, product_of, share_of, unflatten
from geartrain.compiler.fusion.winograd import INPUT, OUTPUT, REACH, TILE
from geartrain.compiler.instructions.values import Value, constant, integer
from geartrain.tensor.dtypes import FLOAT32


class WinogradEmitter(ImageTiles):
    """Writes one kernel with a 3x3 convolution at its root."""

    def emit(self) -> None:
        """Write the kernel."""
        self.evaluator.hoist(each.expr for each in self.kernel.statements)
        windows = self.kernel.windows
        self.kept = Kept(self.builder, self.memory, self.task, windows) if windows else None
        self.batch = self.kernel.rows[0]
        self.extents = [self.memory.size(self.batch.extent), *map(integer, self.tiles)]
        total = product_of(self.builder, self.extents)
        tiles = self.blocking.tiles
        blocks = self.builder.divide_up(total, tiles)
        start, stop = share_of(self.builder, [blocks])

        def block(number: Value) -> None:
            first = self.builder.multiply(number, integer(tiles))
            last = self.builder.minimum(self.builder.add(first, integer(tiles)), total)
            self._emit_block(first, self.builder.subtract(last, first))

        self.loop(start, stop, 1, block)

    def _emit_block(self, first: Value, count: Value) -> None:
        self.loop(integer(0), count, 1, lambda tile: self._load_tile(first, tile))

        def panel(feature: Value) -> None:
            self.count(PRODUCTS, 1, lambda number: self._multiply(number, feature))
            self.loop(integer(0), count, 1, lambda tile: self._finish_tile(first, tile, feature))

        self.count(self.features, self.panel_width, panel)

    def _places(self, first: Value, tile: Value) -> list[Value]:
        """The batch's row, and the first row and column of a tile's results."""
        flat = self.builder.add(first, tile)
        batch, *corner = unflatten(self.builder, flat, self.extents)
        return [batch, *(self.builder.multiply(each, integer(TILE)) for each in corner)]

    def _load_tile(self, first: Value, tile: Value) -> None:
        root, lhs = self.root, self.root.lhs
        batch, row, column = self._places(first, tile)
        image = zip(root.image, (row, column), strict=True)
        start = self.start(lhs, {self.batch: batch, **dict(image)})
        steps = [self.memory.step(lhs, axis) for axis in root.depth[:2]]
        tops = [
            self.builder.add(each, integer(-low))
            for each, low in zip((row, column), root.lows, strict=True)
        ]
        along = root.depth[2], self.channels
        stride = self.blocking.tiles * self.channels

        def target(number: int, channel: Value) -> Value:
            return self.offset((integer(number), stride), (tile, self.channels), (channel, 1))

        corner = Corner(tops, root.sizes)
        self.gather_tile(lhs, start, steps, corner, INPUT, along, target)

    def _multiply(self, number: Value, feature: Value) -> None:
        """M[number] = V[number] U[number], for one panel of features."""
        blocking, builder = self.blocking, self.builder
        weights = self.memory.base(self.root.rhs.what)
        zero = constant(0, FLOAT32, self.lanes)
        own = self.offset((number, self.channels * self.features), (feature, 1))

        def column(channel: Value, vector: int) -> Value:
            offset = self.offset((own, 1), (channel, self.features))
            offset = builder.add(offset, integer(vector * self.lanes))
            return builder.load(builder.pointer(weights, FLOAT32, offset), FLOAT32, self.lanes)

        def rows(tile: Value) -> None:
            flat = self.offset((number, blocking.tiles), (tile, 1))
            lhs = self.builder.multiply(flat, integer(self.channels)), self.channels, 1
            sums = [zero] * (blocking.rows * blocking.vectors)
            sums = self.product(blocking.rows, integer(self.channels), lhs, column, sums)
            for place, total in enumerate(sums):
                row, vector = divmod(place, blocking.vectors)
                slot = self._slot(builder.add(flat, integer(row)), integer(vector))
                builder.store(total, self.scratch(slot))

        self.count(blocking.tiles, blocking.rows, rows)

    def _slot(self, flat: Value, vector: Value) -> Value:
        """Where a vector of M lies, after V."""
        width = self.blocking.vectors * self.lanes
        begin = PRODUCTS * self.blocking.tiles * self.channels
        return self.offset((flat, width), (vector, self.lanes), (integer(1), begin))

    def _finish_tile(self, first: Value, tile: Value, feature: Value) -> None:
        batch, row, column = self._places(first, tile)
        self.evaluator.places[self.batch] = batch
        lines = self.end

        def vector(number: Value) -> None:
            loaded = [
                [self._summed(a * REACH + b, tile, number) for b in range(REACH)]
                for a in range(REACH)
            ]
            results = both_sides(self.builder, OUTPUT, loaded)
            for place, each in enumerate(each for line in results for each in line):
                self.builder.store(each, self.scratch(integer(lines + place * self.lanes)))
            lanes = self.offset((feature, 1), (number, self.lanes))
            self._emit_results(row, column, lanes, lines)

        self.count(self.blocking.vectors, 1, vector)

    def _summed(self, number: int, tile: Value, vector: Value) -> Value:
        flat = self.offset((integer(number), self.blocking.tiles), (tile, 1))
        return self.builder.load(self.scratch(self._slot(flat, vector)), FLOAT32, self.lanes)

    def _emit_results(self, row: Value, column: Value, feature: Value, lines: int) -> None:
        """The statements at each of a tile's places that lie inside, and on its windows."""
        if self.kept is not None:
            behind = self.scratch(integer(lines + TILE * TILE * self.lanes))
            steps = (0, TILE * self.lanes, self.lanes, 1)
            self.kept.lie_at(behind, (integer(0), row, column, feature), steps)
        counts = [
            self.builder.minimum(self.builder.subtract(integer(size), first), integer(TILE))
            for first, size in zip((row, column), self.results, strict=True)
        ]

        def down(a: Value) -> None:
            self.evaluator.places[self.root.image[0]] = self.builder.add(row, a)

            def across(b: Value) -> None:
                self.evaluator.places[self.root.image[1]] = self.builder.add(column, b)
                slot = self.offset((a, TILE * self.lanes), (b, self.lanes), (integer(lines), 1))
                self._finish(self.builder.load(self.scratch(slot), FLOAT32, self.lanes), feature)

            self.loop(integer(0), counts[1], 1, across)

        self.loop(integer(0), counts[0], 1, down)
        if self.kept is not None:
            self._emit_windows(self.kept, row, column, feature)

    def _emit_windows(self, kept: Kept, row: Value, column: Value, feature: Value) -> None:
        """What is made of a tile's windows that lie inside."""
        sizes, axes = kept.windows.sizes, kept.windows.kernel.rows[1:]
        firsts = [
            self.builder.binary("sdiv", first, integer(size))
            for first, size in zip((row, column), sizes, strict=True)
        ]
        counts = [
            self.builder.minimum(
                self.builder.subtract(integer(int(str(axis.extent))), first), integer(TILE // size)
            )
            for axis, first, size in zip(axes, firsts, sizes, strict=True)
        ]

        def down(a: Value) -> None:
            def across(b: Value) -> None:
                batch = self.evaluator.places[self.batch]
                places = (batch, self.builder.add(firsts[0], a), self.builder.add(firsts[1], b))
                kept.finish(self.evaluator, places, feature, self.lanes)

            self.loop(integer(0), counts[1], 1, across)

        self.loop(integer(0), counts[0], 1, down)

    def _finish(self, total: Value, feature: Value) -> None:
        """The statements on one vector of results, and the stores."""
        evaluator = self.evaluator
        evaluator.run_lanes(self.root.column, feature, self.lanes)
        evaluator.values[self.root.node] = total
        for each in self.kernel.statements:
            evaluator.values[each.node] = evaluator.vector(each.expr)
        if self.kept is not None:
            self.kept.keep(evaluator)
            return
        nodes = [self.root.node, *(each.node for each in self.kernel.statements)]
        store_values(self.builder, evaluator, self.task, nodes, lane=True)


class WinogradGradientEmitter(ImageTiles):
    """Writes one kernel with the derivative of a 3x3 convolution by its transformed kernel."""

    def emit(self) -> None:
        """Write the kernel: each worker takes its share of the parts."""
        builder = self.builder
        parts, batch = self.kernel.rows[0], self.root.depth[0]
        self.batch = batch
        ((_, buffer),) = self.task.stores
        self.target = self.memory.target(buffer)
        count, extent = self.memory.size(parts.extent), self.memory.size(batch.extent)
        tiles = integer(self.tiles[0] * self.tiles[1])
        start, stop = share_of(builder, [count])

        def part(number: Value) -> None:
            rows = part_of(builder, number, count, extent)
            first, last = (builder.multiply(row, tiles) for row in rows)
            empty = builder.compare("icmp eq", first, last)
            builder.when(empty, lambda: self._clear(number))
            self.loop(
                first,
                last,
                GRADIENT_TILES,
                lambda here: self._emit_block(number, here, first, last),
            )

        self.loop(start, stop, 1, part)

    def _clear(self, part: Value) -> None:
        size = PRODUCTS * self.channels * self.features

        def clear(number: Value) -> None:
            address = self.builder.pointer(
                self.target, FLOAT32, self.offset((part, size), (number, 1))
            )
            self.builder.store(constant(0, FLOAT32, self.lanes), address)

        self.count(size, self.lanes, clear)

    def _emit_block(self, part: Value, here: Value, first: Value, last: Value) -> None:
        builder = self.builder
        stop = builder.minimum(builder.add(here, integer(GRADIENT_TILES)), last)
        count = builder.subtract(stop, here)
        begins = builder.compare("icmp eq", here, first)
        self.loop(integer(0), count, 1, lambda tile: self._load_tiles(here, tile))

        def product(number: Value) -> None:
            width = self.blocking.vectors * self.lanes
            self.count(
                self.features,
                width,
                lambda feature: self._emit_rows(part, number, feature, count, begins),
            )

        self.count(PRODUCTS, 1, product)

    def _load_tiles(self, here: Value, tile: Value) -> None:
        """Transform a tile of the input, and the one of the derivative that belongs to it."""
        root, builder = self.root, self.builder
        flat = builder.add(here, tile)
        batch, *numbers = unflatten(builder, flat, [integer(1), *map(integer, self.tiles)])
        tile_at = [builder.multiply(each, integer(TILE)) for each in numbers]
        behind = self._behind()
        places = {self.batch: batch, **dict(zip(root.image, tile_at, strict=True))}
        channel, feature = (self.kernel.rows[3], self.channels), (root.column, self.features)
        tops = [
            builder.add(each, integer(-low)) for each, low in zip(tile_at, root.lows, strict=True)
        ]
        taps = self.kernel.rows[1:3]
        pairs = (
            (root.lhs, taps, Corner(tops, root.sizes), INPUT, channel, 0),
            (root.rhs, root.image, Corner(tile_at, self.results), OUTPUT.T, feature, behind),
        )
        for access, axes, corner, matrix, along, begin in pairs:
            start = self.start(access, places)
            steps = [self.memory.step(access, axis) for axis in axes]
            target = self._target(tile, along[1], begin)
            self.gather_tile(access, start, steps, corner, matrix, along, target)

    def _behind(self) -> int:
        """Where Y begins: behind V."""
        return PRODUCTS * GRADIENT_TILES * self.channels

    def _target(self, tile: Value, width: int, begin: int) -> Callable[[int, Value], Value]:
        def target(number: int, first: Value) -> Value:
            start = integer(begin + number * GRADIENT_TILES * width)
            return self.offset((start, 1), (tile, width), (first, 1))

        return target

    def _emit_rows(
        self, part: Value, number: Value, feature: Value, count: Value, begins: Value
    ) -> None:
        """dU[number] += V[number]^T Y[number], for one panel of features: two heights of tiles."""
        tiles = -(-self.channels // self.blocking.rows)
        low, high = self.channels // tiles, self.channels % tiles
        heights = ((low + 1, 0, high), (low, high * (low + 1), tiles - high))
        for height, first, many in heights:
            if many:
                self.loop(
                    integer(0),
                    integer(many),
                    1,
                    lambda tile, height=height, first=first: self._emit_tile(  # type: ignore[misc]
                        height,
                        self.offset((tile, height), (integer(first), 1)),
                        (part, number, feature),
                        count,
                        begins,
                    ),
                )

    def _emit_tile(
        self,
        height: int,
        channel: Value,
        where: tuple[Value, Value, Value],
        count: Value,
        begins: Value,
    ) -> None:
        part, number, feature = where
        builder, vectors = self.builder, self.blocking.vectors
        addresses = [
            self._result(part, number, builder.add(channel, integer(row)), feature, vector)
            for row in range(height)
            for vector in range(vectors)
        ]
        zero = constant(0, FLOAT32, self.lanes)
        loaded = [builder.load(each, FLOAT32, self.lanes) for each in addresses]
        sums = [builder.select(begins, zero, each) for each in loaded]
        start = self.offset((number, GRADIENT_TILES * self.channels), (channel, 1))
        own = self.offset((number, GRADIENT_TILES * self.features), (feature, 1))

        def column(tile: Value, vector: int) -> Value:
            begin = self._behind() + vector * self.lanes
            offset = self.offset((own, 1), (tile, self.features), (integer(begin), 1))
            return builder.load(self.scratch(offset), FLOAT32, self.lanes)

        sums = self.product(height, count, (start, 1, self.channels), column, sums)
        for address, total in zip(addresses, sums, strict=True):
            builder.store(total, address)

    def _result(
        self, part: Value, number: Value, channel: Value, feature: Value, vector: int
    ) -> str:
        flat = self.offset((part, PRODUCTS), (number, 1))
        flat = self.offset((flat, self.channels), (channel, 1))
        offset = self.offset((flat, self.features), (feature, 1), (integer(vector), self.lanes))
        return self.builder.pointer(self.target, FLOAT32, offset)

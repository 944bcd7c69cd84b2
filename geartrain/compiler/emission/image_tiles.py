"""Tiles of images in scratch memory: what the emitters of Winograd's algorithm share.

A worker's scratch memory holds, for a block of tiles, V (the transformed input) and then M (the
products, of one panel of features) and one tile of results; or V and Y (the transformed
derivative of the output).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geartrain.compiler.emission.evaluate import Evaluator
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.sharing import unflatten
from geartrain.compiler.emission.small_transforms import transform
from geartrain.compiler.emission.tiling import rows_in_registers
from geartrain.compiler.form.exprs import Axis, Expr
from geartrain.compiler.fusion.winograd import REACH, TILE, Winograd, WinogradGradient
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant, integer
from geartrain.compiler.planning.schedule import Task
from geartrain.runtime.cpu import Cpu
from geartrain.tensor import Array
from geartrain.tensor.dtypes import BOOL, FLOAT32

PRODUCTS = REACH * REACH
GRADIENT_TILES = 32  # of a block of the derivative: so long are its 36 sums
Body = Callable[[Value], None]


@dataclass(frozen=True)
class Blocking:
    """How the 36 products are cut: vectors of features in a panel, rows of a tile, tiles."""

    lanes: int
    vectors: int
    rows: int
    tiles: int


def blocking_of(root: Winograd, cpu: Cpu) -> Blocking:
    """The blocks of a convolution: V and M of one fit half of the L2 cache."""
    lanes = cpu.vector_bits // 32
    channels, features = counts_of(root)
    needed = features // lanes
    vectors = next(each for each in (4, 2, 3, 1) if needed % each == 0)
    rows = rows_in_registers(cpu, vectors)
    if isinstance(root, WinogradGradient):
        return Blocking(lanes, vectors, rows, GRADIENT_TILES)
    tile_bytes = PRODUCTS * 4 * (channels + vectors * lanes)
    groups = max(cpu.l2_bytes // 2 // (rows * tile_bytes), 1)
    return Blocking(lanes, vectors, rows, groups * rows)


def winograd_bytes(root: Winograd, cpu: Cpu) -> int:
    """The scratch memory of a worker."""
    blocking = blocking_of(root, cpu)
    channels, features = counts_of(root)
    if not isinstance(root, WinogradGradient):
        features = blocking.vectors * blocking.lanes
    edge = PRODUCTS * 4 * max(counts_of(root))
    return PRODUCTS * 4 * blocking.tiles * (channels + features) + edge


def counts_of(root: Winograd) -> tuple[int, int]:
    """The number of channels and of features."""
    channel = root.row if isinstance(root, WinogradGradient) else root.depth[-1]
    sizes = [axis.extent for axis in (channel, root.column) if axis is not None]
    return tuple(int(str(size)) for size in sizes)  # type: ignore[return-value]


@dataclass(frozen=True)
class Corner:
    """The row and the column at which a tile begins, and the image's sizes."""

    places: Sequence[Value]
    sizes: Sequence[int]

    def axes(self) -> list[tuple[Value, int]]:
        """The place and the size along each axis."""
        return list(zip(self.places, self.sizes, strict=True))


class ImageTiles:
    """What the convolution and its derivative share: the tiles of images, and their transforms."""

    def __init__(self, builder: Builder, memory: Memory, task: Task, cpu: Cpu) -> None:
        root = task.kernel.root
        if not isinstance(root, Winograd):
            raise TypeError(f"{task.kernel.name} has no convolution by tiles at its root")
        self.builder = builder
        self.memory = memory
        self.task = task
        self.root = root
        self.kernel = task.kernel
        self.evaluator = Evaluator(builder, memory, cpu.features)
        self.blocking = blocking_of(root, cpu)
        self.lanes = self.blocking.lanes
        self.channels, self.features = counts_of(root)
        self.results = [int(str(axis.extent)) for axis in root.image]
        self.tiles = [-(-size // TILE) for size in self.results]
        behind = self.features if isinstance(root, WinogradGradient) else self.panel_width
        self.end = PRODUCTS * self.blocking.tiles * (self.channels + behind)

    @property
    def panel_width(self) -> int:
        """The features of a panel."""
        return self.blocking.vectors * self.lanes

    # -- small things ----------------------------------------------------------------------------

    def loop(self, start: Value, stop: Value, step: int, body: Body) -> None:
        """A loop that carries nothing; what is placed inside is forgotten."""

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            with self.evaluator.scope():
                body(number)
            return carried

        self.builder.loop(start, stop, integer(step), [], turn)

    def count(self, stop: int, step: int, body: Body) -> None:
        """A loop over numbers below a known one."""
        self.loop(integer(0), integer(stop), step, body)

    def offset(self, *terms: tuple[Value, int]) -> Value:
        """A sum of multiples."""
        total = integer(0)
        for number, factor in terms:
            total = self.builder.add(total, self.builder.multiply(number, integer(factor)))
        return total

    def scratch(self, offset: Value) -> str:
        """An address in this worker's scratch memory, counted in numbers."""
        return self.builder.pointer(self.memory.panel, FLOAT32, offset)

    def start(self, access: Expr, places: dict[Axis, Value]) -> Value:
        """Where a load lies at some places, the other axes at 0."""
        with self.evaluator.scope():
            axes = (*self.kernel.axes, *self.root.depth)
            self.evaluator.places.update(dict.fromkeys(axes, integer(0)))
            self.evaluator.places.update(places)
            return self.evaluator.offset(access)

    # -- transforms ------------------------------------------------------------------------------

    def gather_tile(
        self,
        access: Expr,
        start: Value,
        steps: Sequence[Value],
        corner: Corner,
        matrix: Array,
        along: tuple[Axis, int],
        target: Callable[[int, Value], Value],
    ) -> None:
        """Transform a tile of `access` by a matrix from both sides, for all its channels.

        `target` gives the place of each of the 36 results.
        """
        builder, height = self.builder, matrix.shape[1]
        edge = self.scratch(integer(self.end))
        whole = self.builder.binary(
            "and", *(self._inside(first, height, size) for first, size in corner.axes())
        )

        base = builder.pointer(self.memory.base(access.what), FLOAT32, start)
        outside = builder.binary("xor", whole, constant(True, BOOL))
        builder.when(outside, lambda: self._copy_edge(base, steps, corner, height, edge, along[1]))
        source = builder.choose_pointer(whole, base, edge)
        down, across = (
            builder.select(whole, step, integer(along[1] * apart))
            for step, apart in zip(steps, (height, 1), strict=True)
        )

        def vectors(first: Value) -> None:
            lines = [builder.add(first, builder.multiply(integer(a), down)) for a in range(height)]
            loaded = [
                [self._element(source, line, across, b) for b in range(height)] for line in lines
            ]
            results = both_sides(builder, matrix, loaded)
            for number, each in enumerate(each for line in results for each in line):
                builder.store(each, self.scratch(target(number, first)))

        self.count(along[1], self.lanes, vectors)

    def _element(self, source: str, line: Value, across: Value, number: int) -> Value:
        place = self.builder.add(line, self.builder.multiply(integer(number), across))
        address = self.builder.pointer(source, FLOAT32, place)
        return self.builder.load(address, FLOAT32, self.lanes)

    def _copy_edge(
        self,
        base: str,
        steps: Sequence[Value],
        corner: Corner,
        height: int,
        edge: str,
        width: int,
    ) -> None:
        """Copy a tile, with zeros for what lies outside of the image."""
        builder = self.builder

        def element(flat: Value) -> None:
            numbers = unflatten(builder, flat, [integer(height), integer(height)])
            inside = [
                self._inside(builder.add(first, number), 1, size)
                for number, (first, size) in zip(numbers, corner.axes(), strict=True)
            ]
            mask = builder.splat(builder.binary("and", *inside), self.lanes)
            moved = (builder.multiply(*pair) for pair in zip(numbers, steps, strict=True))
            start = builder.add(*moved)

            def vector(first: Value) -> None:
                address = builder.pointer(base, FLOAT32, builder.add(start, first))
                loaded = builder.load(address, FLOAT32, self.lanes, mask)
                slot = self.offset((flat, width), (first, 1))
                builder.store(loaded, builder.pointer(edge, FLOAT32, slot))

            self.count(width, self.lanes, vector)

        self.count(height * height, 1, element)

    def _inside(self, first: Value, count: int, size: int) -> Value:
        """Whether so many places from the first on are all inside."""
        begins = self.builder.compare("icmp sge", first, integer(0))
        ends = self.builder.compare("icmp sle", first, integer(size - count))
        return self.builder.binary("and", begins, ends)

    # -- products --------------------------------------------------------------------------------

    def product(
        self,
        rows: int,
        terms: Value,
        lhs: tuple[Value, int, int],
        rhs: Callable[[Value, int], Value],
        sums: list[Value],
    ) -> list[Value]:
        """A tile of sums over terms of V[term][row] * rhs[term]; V lies at (start, down, along)."""
        start, down, along = lhs

        def turn(term: Value, carried: list[Value]) -> list[Value]:
            first = self.offset((start, 1), (term, along))
            columns = [rhs(term, vector) for vector in range(self.blocking.vectors)]
            updated: list[Value] = []
            for row in range(rows):
                address = self.scratch(self.builder.add(first, integer(row * down)))
                scalar = self.builder.splat(self.builder.load(address, FLOAT32), self.lanes)
                for column in columns:
                    total = carried[len(updated)]
                    updated.append(self.builder.multiply_add(scalar, column, total))
            return updated

        return self.builder.loop(integer(0), terms, integer(1), sums, turn)


def both_sides(
    builder: Builder, matrix: Array, tile: Sequence[Sequence[Value]]
) -> list[list[Value]]:
    """matrix @ tile @ matrix.T, of a tile of vectors."""
    columns = [transform(builder, matrix, column) for column in zip(*tile, strict=True)]
    return [transform(builder, matrix, line) for line in zip(*columns, strict=True)]

"""Emit a kernel without a root: rows of element-wise statements and reductions along the lane.

    for row in my share of the rows:
        pass 0:  for lanes of the row:  z = dot + b            m = max of z
        pass 1:  for lanes of the row:  e = exp(z - m)         s = sum of e
        pass 2:  for lanes of the row:  p = e / s              store p

A pass ends where a statement needs a reduction over the whole row. A short row stays in registers
from pass to pass; of a long one, the values that a later pass needs lie in a line of memory on
the stack, or are computed again where that line would be too long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from geartrain.compiler.emission.evaluate import Evaluator
from geartrain.compiler.emission.memory import Memory
from geartrain.compiler.emission.sharing import share_of, unflatten
from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.form.exprs import Expr, long_axes, walk
from geartrain.compiler.form.kernels import Statement
from geartrain.compiler.form.loops import values_of
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer, memory_type
from geartrain.compiler.planning.layout import size_bytes
from geartrain.compiler.planning.schedule import Task
from geartrain.graph import Node
from geartrain.tensor import is_floating
from geartrain.tensor.shape import Size, is_static

UNROLLED_CHUNKS = 4
WAYS = 4  # totals of one reduction: an addition takes four cycles, and two may start in each
LIGHT_WORK = 12  # operations: code of more is not written several times
STACK_BYTES = 1 << 16


class RowsEmitter:
    """Writes one kernel of rows."""

    def __init__(
        self,
        builder: Builder,
        memory: Memory,
        task: Task,
        features: str,
        vector_bits: int,
        cache_bytes: int,
    ) -> None:
        self.builder = builder
        self.memory = memory
        self.task = task
        self.kernel = task.kernel
        self.evaluator = Evaluator(builder, memory, features)
        self.vector_bytes, self.cache_bytes = vector_bits // 8, cache_bytes
        self.lanes = lanes_for(task, vector_bits)
        self.passes = split_passes(self.kernel.statements)
        self.lines = self._stack_lines()

    def emit(self) -> None:
        """Write the kernel: each worker takes its share of the rows, or of the one row."""
        self.evaluator.hoist(self.kernel.expressions())
        if self.kernel.rows:
            self._emit_rows()
        elif self.kernel.lane is None or len(self.passes) > 1 or self._reduces():
            self.builder.when(self._is_first_worker(), self._emit_row)
        else:
            self._emit_shared_row()
        self.fence()

    def fence(self) -> None:
        """Let what was stored past the caches be there for other threads."""
        if any(self._passes_by(node, buffer) for node, buffer in self.task.stores):
            self.builder.fence()

    def _passes_by(self, node: Node, buffer: Buffer) -> bool:
        """Whether a result is stored past the caches: they cannot hold it, and nobody reads it yet.

        Into the caches, each line would be read before it is written: on 2 busy Zen 4 cores, a relu
        of 4096 x 4096 float32 took 2.6 ms so, and takes 1.9 ms past them.
        """
        if buffer.kind is not Kind.OUTPUT or buffer.stepped or not is_static(node.shape):
            return False
        extent = self.kernel.lane.extent if self.kernel.lane is not None else None
        flat = not self.kernel.rows and extent == math.prod(node.shape)
        if not isinstance(extent, int) or not (flat or node.shape[-1:] == (extent,)):
            return False
        whole = extent % self.lanes == 0
        wide = self.lanes * node.dtype.itemsize == self.vector_bytes
        return whole and wide and size_bytes(buffer, {}) > self.cache_bytes

    def _is_first_worker(self) -> Value:
        return self.builder.compare("icmp eq", Value("%tid", integer(0).dtype), integer(0))

    def _reduces(self) -> bool:
        return any(each.op for each in self.kernel.statements)

    def _emit_rows(self) -> None:
        extents = [self.memory.size(axis.extent) for axis in self.kernel.rows]
        start, stop = share_of(self.builder, extents)

        def row(flat: Value, carried: list[Value]) -> Sequence[Value]:
            self.emit_at(unflatten(self.builder, flat, extents))
            return carried

        self.builder.loop(start, stop, integer(1), [], row)

    def emit_at(self, places: Sequence[Value]) -> None:
        """Write one row of the kernel, at some places of its rows' axes."""
        with self.evaluator.scope():
            self.evaluator.places.update(zip(self.kernel.rows, places, strict=True))
            self._emit_row()

    def _emit_row(self) -> None:
        chunks: dict[int, dict[Node, Value]] = {}
        for number, statements in enumerate(self.passes):
            self.evaluator.hoist(each.expr for each in statements)
            self._emit_row_level(statements)
            if any(each.lane or each.op for each in statements):
                self._emit_pass(number, statements, chunks)
        last = [each for each in self.kernel.statements if each.op]
        self._store([each.node for each in last], lane=False)

    def _emit_row_level(self, statements: Sequence[Statement]) -> None:
        for each in statements:
            if not each.lane and not each.op:
                self.evaluator.values[each.node] = self.evaluator.scalar(each.expr)
                self._store([each.node], lane=False)

    # -- one pass over the lanes of a row --------------------------------------------------------

    def _emit_pass(
        self, number: int, statements: Sequence[Statement], chunks: dict[int, dict[Node, Value]]
    ) -> None:
        reductions = [each for each in statements if each.op]
        start = [self.evaluator.identity(each.op, each.expr.dtype) for each in reductions]
        totals = [self.builder.splat(each, self.lanes) for each in start]
        count = self._static_chunks()
        if count is not None and count <= UNROLLED_CHUNKS:
            for chunk in range(count):
                totals = self._emit_unrolled(chunk, statements, totals, chunks)
        else:
            totals = self._emit_looped(number, statements, totals)
        for each, total in zip(reductions, totals, strict=True):
            self.evaluator.values[each.node] = self._finish(each, total)

    def _finish(self, statement: Statement, total: Value) -> Value:
        folded = self.evaluator.fold_lanes(statement.op, total)
        return self.evaluator.cast(folded, statement.node.dtype)

    def _emit_unrolled(
        self,
        chunk: int,
        statements: Sequence[Statement],
        totals: list[Value],
        chunks: dict[int, dict[Node, Value]],
    ) -> list[Value]:
        known = chunks.setdefault(chunk, {})
        with self.evaluator.scope():
            self._run_lanes(integer(chunk * self.lanes), tail=self._is_tail(chunk))
            self.evaluator.values.update(known)
            totals = self._emit_chunk(statements, totals)
            known.update(
                {
                    each.node: self.evaluator.values[each.node]
                    for each in statements
                    if each.lane and not each.op
                }
            )
        return totals

    def _emit_looped(
        self, number: int, statements: Sequence[Statement], totals: list[Value]
    ) -> list[Value]:
        extent = self.memory.size(self._extent())
        full = self.builder.binary("and", extent, integer(-self.lanes))

        def chunk(start: Value, carried: list[Value], *, tail: bool = False) -> list[Value]:
            with self.evaluator.scope():
                self._run_lanes(start, tail=tail)
                self._recall(number, start)
                carried = self._emit_chunk(statements, carried)
                self._remember(statements, start)
            return carried

        first, totals = self._emit_side_by_side(statements, totals, chunk)
        totals = self.builder.loop(first, full, integer(self.lanes), totals, chunk)
        return chunk(full, totals, tail=True) if self._has_tail() else totals

    def _emit_side_by_side(
        self,
        statements: Sequence[Statement],
        totals: list[Value],
        chunk: Callable[[Value, list[Value]], list[Value]],
    ) -> tuple[Value, list[Value]]:
        """Several chunks a turn, each with totals of its own: no sum waits for the one before it.

        Gives where the chunks that are left begin, and the totals so far.
        """
        ways = self._ways(statements)
        if ways == 1:
            return integer(0), totals
        step = self.lanes * ways
        stop = self.builder.binary("and", self.memory.size(self._extent()), integer(-step))
        count = len(totals)

        def turn(start: Value, carried: list[Value]) -> list[Value]:
            found: list[Value] = []
            for way in range(ways):
                at = self.builder.add(start, integer(way * self.lanes))
                found += chunk(at, carried[way * count : (way + 1) * count])
            return found

        found = self.builder.loop(integer(0), stop, integer(step), totals * ways, turn)
        ops = [each.op for each in statements if each.op]
        rows = [found[way * count : (way + 1) * count] for way in range(ways)]
        columns = zip(ops, zip(*rows, strict=True), strict=True)
        return stop, [combined(self.evaluator, op, column) for op, column in columns]

    def _ways(self, statements: Sequence[Statement]) -> int:
        """How many totals a reduction has: one where it is short, or where there is much to do."""
        count = self._static_chunks()
        if not any(each.op for each in statements) or (count is not None and count < 2 * WAYS):
            return 1
        work = [part for part in walk(*(each.expr for each in statements)) if part.head == "apply"]
        return WAYS if len(work) <= LIGHT_WORK else 1

    def _emit_chunk(self, statements: Sequence[Statement], totals: list[Value]) -> list[Value]:
        remaining = iter(totals)
        updated = []
        for each in statements:
            if each.op:
                updated.append(self._accumulate(each, next(remaining)))
            elif each.lane:
                self.evaluator.values[each.node] = self.evaluator.vector(each.expr)
                self._store([each.node], lane=True)
        return updated

    def _accumulate(self, statement: Statement, total: Value) -> Value:
        return accumulate(self.builder, self.evaluator, statement.op, statement.expr, total)

    # -- lanes and their tail --------------------------------------------------------------------

    def _extent(self) -> Size:
        return self.kernel.lane.extent if self.kernel.lane is not None else 1

    def _static_chunks(self) -> int | None:
        extent = self._extent()
        return -(-extent // self.lanes) if isinstance(extent, int) else None

    def _has_tail(self) -> bool:
        extent = self._extent()
        return self.lanes > 1 and not (isinstance(extent, int) and extent % self.lanes == 0)

    def _is_tail(self, chunk: int) -> bool:
        return self._has_tail() and chunk + 1 == self._static_chunks()

    def _run_lanes(self, start: Value, *, tail: bool) -> None:
        if self.kernel.lane is None:
            return
        mask = None
        if tail:
            left = self.builder.binary("sub", self.memory.size(self._extent()), start)
            mask = self.builder.first_lanes(self.lanes, left)
        self.evaluator.run_lanes(self.kernel.lane, start, self.lanes, mask)

    def _emit_shared_row(self) -> None:
        """One long row without reductions: the workers share its lanes.

        What stands on the row level is a number or two: every worker computes it, the first one
        stores it.
        """
        extent = self.memory.size(self._extent())
        chunks = self.builder.divide_up(extent, self.lanes)
        first, last = share_of(self.builder, [chunks])
        full = self.builder.binary("sdiv", extent, integer(self.lanes))
        statements = self.passes[0]
        alone = [each for each in statements if not each.lane]
        for each in alone:
            self.evaluator.values[each.node] = self.evaluator.scalar(each.expr)
        if alone:
            nodes = [each.node for each in alone]
            self.builder.when(self._is_first_worker(), lambda: self._store(nodes, lane=False))

        def chunk(number: Value, carried: list[Value], *, tail: bool = False) -> list[Value]:
            with self.evaluator.scope():
                start = self.builder.multiply(number, integer(self.lanes))
                self._run_lanes(start, tail=tail)
                self._emit_chunk(statements, [])
            return carried

        self.builder.loop(first, self.builder.minimum(last, full), integer(1), [], chunk)
        if self._has_tail():
            mine = self.builder.compare("icmp sgt", last, self.builder.maximum(first, full))
            self.builder.when(mine, lambda: _discard(chunk(full, [], tail=True)))

    # -- values kept from pass to pass -----------------------------------------------------------

    def _stack_lines(self) -> dict[Node, str]:
        """A line of stack memory for each lane value that a later pass needs, if they fit."""
        count = self._static_chunks()
        if len(self.passes) < 2 or count is None or count <= UNROLLED_CHUNKS:
            return {}
        nodes = self._crossing()
        needed = sum(count * self.lanes * node.dtype.itemsize for node in nodes)
        if needed > STACK_BYTES:
            return {}
        return {node: self._stack_line(node, count * self.lanes) for node in nodes}

    def _stack_line(self, node: Node, count: int) -> str:
        kind = memory_type(node.dtype)
        return self.builder.emit(f"alloca {kind}, i64 {count}, align 64", integer(0).dtype).text

    def _crossing(self) -> list[Node]:
        """The lane values that are used in a later pass than their own."""
        made: dict[Node, int] = {}
        crossing: dict[Node, None] = {}
        for number, statements in enumerate(self.passes):
            for each in statements:
                for node in (part.what for part in values_of(each.expr)):
                    if made.get(node, number) < number:
                        crossing[node] = None
                if each.lane and not each.op:
                    made[each.node] = number
        return list(crossing)

    def _remember(self, statements: Sequence[Statement], start: Value) -> None:
        for each in statements:
            if each.node in self.lines and each.lane:
                line = self.builder.pointer(self.lines[each.node], each.node.dtype, start)
                found = self.builder.splat(self.evaluator.values[each.node], self.lanes)
                self.builder.store(found, line)

    def _recall(self, number: int, start: Value) -> None:
        """Load, or compute again, the lane values of earlier passes that this pass needs."""
        wanted = {part.what for each in self.passes[number] for part in values_of(each.expr)}
        for statements in self.passes[:number]:
            for each in statements:
                if not each.lane or each.op:
                    continue
                if each.node in self.lines and each.node in wanted:
                    line = self.builder.pointer(self.lines[each.node], each.node.dtype, start)
                    self.evaluator.values[each.node] = self.builder.load(
                        line, each.node.dtype, self.lanes
                    )
                elif not self.lines:
                    self.evaluator.values[each.node] = self.evaluator.vector(each.expr)

    def _store(self, nodes: Sequence[Node], *, lane: bool) -> None:
        builder, evaluator, task = self.builder, self.evaluator, self.task
        for node, buffer in task.stores:
            if node not in nodes:
                continue
            address = address_of(builder, evaluator, task, node, buffer, lane=lane)
            stored = builder.splat(evaluator.values[node], evaluator.lanes if lane else 1)
            if lane and evaluator.mask is None and self._passes_by(node, buffer):
                builder.stream(stored, address)
            else:
                builder.store(stored, address, evaluator.mask)


def _discard(_: object) -> None:
    """Nothing: for a body whose values nobody needs."""


def accumulate(builder: Builder, evaluator: Evaluator, op: str, expr: Expr, total: Value) -> Value:
    """A total with the value at every lane taken in; of a product, in one rounding."""
    product = op == "sum" and expr.what == "multiply" and is_floating(expr.dtype)
    if product and evaluator.mask is None:
        first, second = (evaluator.vector(each) for each in expr.args)
        return builder.multiply_add(first, second, total)
    found = builder.splat(evaluator.vector(expr), total.lanes)
    if evaluator.mask is not None:
        found = builder.select(evaluator.mask, found, evaluator.identity(op, found.dtype))
    return evaluator.combine(op, total, found)


def combined(evaluator: Evaluator, op: str, totals: Sequence[Value]) -> Value:
    """Several totals as one, by pairs: the first with the second, the third with the fourth."""
    rest = list(totals)
    while len(rest) > 1:
        pairs = [rest[at : at + 2] for at in range(0, len(rest), 2)]
        rest = [evaluator.combine(op, *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return rest[0]


def store_values(
    builder: Builder, evaluator: Evaluator, task: Task, nodes: Sequence[Node], *, lane: bool
) -> None:
    """Store the values of some nodes, at the place where the evaluator stands."""
    for node, buffer in task.stores:
        if node in nodes:
            address = address_of(builder, evaluator, task, node, buffer, lane=lane)
            lanes = evaluator.lanes if lane else 1
            builder.store(builder.splat(evaluator.values[node], lanes), address, evaluator.mask)


def address_of(
    builder: Builder, evaluator: Evaluator, task: Task, node: Node, buffer: Buffer, *, lane: bool
) -> str:
    """Where a node's value at the place where the evaluator stands lies in a buffer."""
    memory = evaluator.memory
    axes = task.kernel.axes if lane else task.kernel.rows
    offset = integer(0)
    long = long_axes(axes)
    steps = [
        stride
        for stride, size in zip(memory.strides_of(node), node.shape, strict=True)
        if size != 1
    ]
    if len(long) == 1 and len(steps) != 1:  # a flat index
        offset = evaluator.places[long[0]]
    else:
        for axis, stride in zip(long, steps, strict=True):
            offset = builder.add(offset, builder.multiply(evaluator.places[axis], stride))
    base = memory.base(node) if memory.is_laid(node) else memory.target(buffer)
    return builder.pointer(base, node.dtype, offset)


def split_passes(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Sort statements into passes: each needs only reductions of earlier passes."""
    ready: dict[Node, int] = {}
    passes: list[list[Statement]] = []
    for each in statements:
        number = max((ready.get(part.what, 0) for part in values_of(each.expr)), default=0)
        ready[each.node] = number + 1 if each.op else number
        while len(passes) <= number:
            passes.append([])
        passes[number].append(each)
    return passes


def lanes_for(task: Task, vector_bits: int, extent: Size | None = None) -> int:
    """How many lanes fit the widest float that a kernel computes with, and its lane axis."""
    nodes = [node for node, _ in task.stores] + task.kernel.loaded()
    nodes += [each.node for each in task.kernel.statements]
    widths = [node.dtype.itemsize for node in nodes if node.dtype.kind == "f"]
    lanes = vector_bits // 8 // max(widths, default=4)
    if extent is None and task.kernel.lane is not None:
        extent = task.kernel.lane.extent
    if isinstance(extent, int):
        lanes = min(lanes, 1 << max(extent - 1, 0).bit_length())
    return lanes

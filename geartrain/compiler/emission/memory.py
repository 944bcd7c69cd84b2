"""Where a kernel finds what it loads and stores: base pointers, strides and sizes at run time.

They are loaded from the program's context (see `layout.py`) at the kernel's start.
"""

from __future__ import annotations

from geartrain.compiler.form.buffers import Buffer, Place
from geartrain.compiler.form.exprs import Axis, Expr
from geartrain.compiler.fusion.contractions import steps_of
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.planning.layout import Layout
from geartrain.compiler.planning.own_rows import OWN_ROWS
from geartrain.compiler.planning.schedule import Schedule, Task
from geartrain.graph import Node
from geartrain.tensor import Size
from geartrain.tensor.dtypes import INT64, UINT8


class Memory:
    """One kernel's view of memory; writes what it needs at the kernel's start."""

    def __init__(self, builder: Builder, layout: Layout, schedule: Schedule, task: Task) -> None:
        self.builder = builder
        self.layout = layout
        self.schedule = schedule
        self.task = task
        self._sizes: dict[str, Value] = {}
        self._bases: dict[Buffer, str] = {}
        self._strides: dict[tuple[Size, ...], tuple[Value, ...]] = {}
        self._layouts = {node: buffer.like for node, buffer in task.stores if buffer.like}
        self._written = dict.fromkeys(buffer for _, buffer in task.stores)  # in one order
        self._laid: dict[Node, tuple[str, tuple[Value, ...]]] = {}
        self._prepare()
        self.panel = self._own_panel()

    def _own_panel(self) -> str:
        """The address of this worker's scratch memory for copied panels."""
        size_bytes = self.slot(self.layout.panels + 1)
        worker = Value("%tid" if self.task.own is None else "%worker", INT64)
        offset = self.builder.multiply(worker, size_bytes)
        return self.builder.pointer(self.slot_pointer(self.layout.panels), UINT8, offset)

    def _prepare(self) -> None:
        """Load every address and size that the kernel may need, once."""
        for name in self.layout.symbols:
            self._sizes[name] = self.slot(self.layout.symbol(name))
        nodes = self.task.kernel.loaded()
        for buffer in (*map(self.schedule.source, nodes), *self._written):
            if buffer not in self._bases:
                self._bases[buffer] = self._own_base(buffer)
        shapes = [buffer.like or node.shape for node, buffer in self.task.stores]
        for shape in (*(node.shape for node in nodes), *shapes):
            self._strides[shape] = self._row_major(shape)

    def slot(self, number: int) -> Value:
        """Load one slot of the context."""
        address = self.builder.pointer("%context", INT64, integer(number))
        return self.builder.load(address, INT64)

    def slot_pointer(self, number: int) -> str:
        """Load one slot of the context, as an address."""
        address = self.builder.pointer("%context", INT64, integer(number))
        return self.builder.emit(f"load ptr, ptr {address}, align 8", INT64).text

    def _own_base(self, buffer: Buffer) -> str:
        """Where a buffer starts, or its first row for this worker, where it has its own."""
        base, own = self._step_base(buffer), self.task.own
        if own is None or buffer not in own.rows:
            return base
        offset = self.builder.multiply(Value("%first", INT64), self._count(own.rows[buffer]))
        return self.builder.pointer(base, buffer.spec.dtype, offset)

    def _step_base(self, buffer: Buffer) -> str:
        """Where a buffer starts in this step, and in this turn of the loops around."""
        if buffer.whole is not None and buffer.place is not None:
            offset = self._offset_of(buffer.place)
            return self.builder.pointer(self._step_base(buffer.whole), buffer.spec.dtype, offset)
        base = self.slot_pointer(self.layout.buffer(buffer))
        if not buffer.stepped:
            return base
        offset = self.builder.multiply(Value("%step", INT64), self._count(buffer.spec.shape))
        return self.builder.pointer(base, buffer.spec.dtype, offset)

    def _offset_of(self, place: Place) -> Value:
        """How many elements lie before a part of a buffer."""
        number = integer(place.shift)
        if place.level is not None:
            number = self.builder.add(turn_of(place.level), number)
        if place.modulo is not None:
            number = self.builder.binary("srem", number, integer(place.modulo))
        return self.builder.multiply(number, self._count(place.unit))

    def _count(self, shape: tuple[Size, ...]) -> Value:
        """The number of elements of a shape."""
        count = integer(1)
        for size in shape:
            count = self.builder.multiply(count, self.size(size))
        return count

    def size(self, size: Size) -> Value:
        """How long an axis is."""
        if isinstance(size, int):
            return integer(size)
        own = size.name == OWN_ROWS.name  # times the length of a row, where a kernel is flat
        count = Value("%rows", INT64) if own else self._sizes[size.name]
        return self.builder.multiply(count, integer(size.scale))

    def base(self, node: Node) -> str:
        """The address of the first element of a value."""
        if node in self._laid:
            return self._laid[node][0]
        return self._bases[self.schedule.source(node)]

    def lay(self, node: Node, base: str, strides: tuple[Value, ...]) -> None:
        """From here on, a value that the kernel makes for itself lies elsewhere."""
        self._laid[node] = base, strides

    def is_laid(self, node: Node) -> bool:
        """Whether a value is one that the kernel makes for itself."""
        return node in self._laid

    def target(self, buffer: Buffer) -> str:
        """The address of the first element of a buffer that the kernel stores to."""
        return self._bases[buffer]

    def is_written(self, node: Node) -> bool:
        """Whether the kernel stores to the memory that a value is loaded from."""
        return node in self._laid or self.schedule.source(node) in self._written

    def strides(self, access: Expr) -> tuple[Value, ...]:
        """How many elements apart the neighbours on each axis lie; a flat index counts by one."""
        if len(access.args) == 1 and len(access.what.shape) != 1:
            return (integer(1),)
        if access.what in self._laid:
            return self._laid[access.what][1]
        return self._strides[access.what.shape]

    def step(self, access: Expr, axis: Axis) -> Value:
        """How many elements a load moves with an axis."""
        total = integer(0)
        for moves, stride in zip(steps_of(access, axis), self.strides(access), strict=True):
            total = self.builder.add(total, self.builder.multiply(integer(moves), stride))
        return total

    def strides_of(self, node: Node) -> tuple[Value, ...]:
        """How many elements apart the neighbours on each axis of a stored value lie."""
        if node in self._laid:
            return self._laid[node][1]
        return self._strides[self._layouts.get(node, node.shape)]

    def _row_major(self, shape: tuple[Size, ...]) -> tuple[Value, ...]:
        strides = [integer(1)]
        for size in reversed(shape[1:]):
            strides.append(self.builder.multiply(strides[-1], self.size(size)))
        return tuple(reversed(strides)) if shape else ()


def turn_of(level: int) -> Value:
    """In which turn a loop is; `level` is the number of loops around it."""
    return Value(f"%turn{level}", INT64)

"""Where a loop's values lie: what a turn reads and writes.

    sequences   part t of the sequence, where it lies anyway
    stacked     part t of the result
    carries     one buffer, where a turn can write in place; else two, used in turn; or, where the
                values before each turn are stacked as a result, that result and one part more

A carry that the way back needs is so stored once, and no kernel copies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from geartrain.compiler.form.buffers import Buffer, Kind, Place
from geartrain.compiler.form.kernels import Kernel
from geartrain.compiler.fusion.joins import Join
from geartrain.compiler.fusion.native_loops import Loop
from geartrain.graph import Graph, Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Variable
from geartrain.tensor.dtypes import BOOL

Owner = Node | Variable | int


class Scheduler(Protocol):
    """What a loop's memory needs of the scheduler of a graph."""

    level: int
    graph: Graph
    sources: dict[Node, Buffer]
    maker: dict[Node, Kernel | Loop | Join]
    updates: list[tuple[Node, Variable | Buffer, Node | None]]

    def buffer(self, kind: Kind, spec: Spec, owner: Owner, *, stepped: bool = False) -> Buffer:
        """A new buffer."""

    def source(self, node: Node) -> Buffer:
        """The buffer that a value is read from."""

    def readers(self, node: Node | None) -> set[Kernel | Loop | Join]:
        """The kernels that load a value."""

    def is_aligned(self, kernel: Kernel | Loop | Join, old: Node | None, new: Node) -> bool:
        """Whether a kernel reads the old value only where it writes the new one."""

    def store(self, node: Node, buffer: Buffer) -> None:
        """Let the kernel that computes a value store it there."""

    def add_constants(self) -> None:
        """Give constants that are loaded their buffers."""

    def connect(self) -> None:
        """Find what must run after what, and where every result goes."""

    def add_stages(self) -> None:
        """Put every kernel in the first stage in which it can run."""


@dataclass(frozen=True, eq=False)
class Carry:
    """The memory of one carry: its first and last value, what a turn reads and what it writes."""

    first: Buffer
    before: Buffer
    after: Buffer
    last: Buffer
    stack: Buffer | None = None


class LoopMemory:
    """The buffers of one loop.

    Args:
        loop: the loop.
        outside: the scheduler of the graph that it stands in.
        turns: those of its condition, if it has one, and of its body.
    """

    def __init__(self, loop: Loop, outside: Scheduler, turns: Sequence[Scheduler]) -> None:
        self.loop = loop
        self.outside = outside
        self.turns = list(turns)
        self.body = turns[-1]
        self.goes_on: Buffer | None = None
        self.carries = [self._carry(number) for number in range(loop.carries)]
        self.results = [each.last for each in self.carries]
        self.results += [self._result(number) for number in self._stacked_numbers()]

    def first_values(self) -> Iterator[tuple[Node, Buffer]]:
        """What the loop begins with, and where that goes."""
        for node, carry in zip(self.loop.node.inputs, self.carries, strict=False):
            yield node, carry.first

    # -- carries ---------------------------------------------------------------------------------

    def _scratch(self, shape: Sequence[int], node: Node) -> Buffer:
        spec = Spec((*shape, *node.shape), node.dtype)
        return self.outside.buffer(Kind.SCRATCH, spec, node)

    def _carry(self, number: int) -> Carry:
        node = self.body.graph.inputs[number]
        if self.loop.cond is not None or self._is_in_place(number):
            one = self._scratch((), node)
            return Carry(one, one, one, one)
        if any(self._lies_before(each, number) for each in self._stacked_numbers()):
            return self._in_a_stack(node)
        return self._in_two(node)

    def _in_two(self, node: Node) -> Carry:
        """Two buffers: a turn reads one and writes the other."""
        two, level = self._scratch((2,), node), self.outside.level
        first, last = self._ends()

        def part(turn: int | None, shift: int) -> Buffer:
            return two.part(node.spec, Place(node.shape, turn, shift, 2))

        return Carry(part(None, first), part(level, 0), part(level, 1), part(None, last + 1))

    def _in_a_stack(self, node: Node) -> Carry:
        """The values before each turn, and after the last one, side by side."""
        length = self._length()
        stack, level = self._scratch((length + 1,), node), self.outside.level

        def part(turn: int | None, place: int) -> Buffer:
            return stack.part(node.spec, Place(node.shape, turn, place))

        if self.loop.reverse:
            return Carry(part(None, length), part(level, 1), part(level, 0), part(None, 0), stack)
        return Carry(part(None, 0), part(level, 0), part(level, 1), part(None, length), stack)

    def _is_in_place(self, number: int) -> bool:
        """Whether the only kernel that reads a carry is the one that writes it, place by place."""
        graph = self.body.graph
        old, new = graph.inputs[number], graph.outputs[number]
        carried = graph.outputs[: self.loop.carries]
        if new.role is not Role.OPERATION or carried.count(new) > 1:
            return False
        if any(self._lies_before(each, number) for each in self._stacked_numbers()):
            return False
        writer = self.body.maker[new]
        return self.body.readers(old) <= {writer} and self.body.is_aligned(writer, old, new)

    def _ends(self) -> tuple[int, int]:
        """The places of the first and the last turn."""
        last = self._length() - 1
        return (last, 0) if self.loop.reverse else (0, last)

    def _length(self) -> int:
        if self.loop.length is None:
            raise TypeError(f"{self.loop.name} has no number of turns")
        return self.loop.length

    # -- what is stacked -------------------------------------------------------------------------

    def _stacked_numbers(self) -> range:
        return range(self.loop.carries, len(self.body.graph.outputs))

    def _lies_before(self, number: int, carry: int) -> bool:
        """Whether a stacked result is the value of a carry before each turn."""
        return self.body.graph.outputs[number] is self.body.graph.inputs[carry]

    def _lies_after(self, number: int, carry: int) -> bool:
        """Whether a stacked result is the value of a carry after each turn."""
        return self.body.graph.outputs[number] is self.body.graph.outputs[carry]

    def _result(self, number: int) -> Buffer:
        """Where the turns' values of a result lie one after the other."""
        node = self.body.graph.outputs[number]
        reverse = int(self.loop.reverse)
        for index, carry in enumerate(self.carries):
            if carry.stack is None:
                continue
            if self._lies_before(number, index):
                return self._shifted(carry.stack, node, reverse)
            if self._lies_after(number, index):
                return self._shifted(carry.stack, node, 1 - reverse)
        return self._scratch((self._length(),), node)

    def _shifted(self, stack: Buffer, node: Node, shift: int) -> Buffer:
        spec = Spec((self._length(), *node.shape), node.dtype)
        return stack.part(spec, Place(node.shape, None, shift))

    # -- a turn ----------------------------------------------------------------------------------

    def place_leaves(self) -> None:
        """Say where a turn finds its inputs, and where it leaves its results."""
        if len(self.turns) > 1:
            self._place_condition()
        else:
            self._place_stacked()

    def _place_inputs(self, turn: Scheduler, captured: Sequence[Node]) -> None:
        inputs = turn.graph.inputs
        carries, sequences = self.loop.carries, self.loop.sequences
        for node, carry in zip(inputs, self.carries, strict=False):
            turn.sources[node] = carry.before
        outer = [*self.loop.node.inputs[carries : carries + sequences], *captured]
        for position, (node, whole) in enumerate(zip(inputs[carries:], outer, strict=True)):
            source = self.outside.source(whole)
            if position < sequences:
                source = source.part(node.spec, Place(node.shape, self.outside.level))
            turn.sources[node] = source

    def _place_stacked(self) -> None:
        """A turn of a scan."""
        carries, body = self.loop.carries, self.body
        self._place_inputs(body, self.loop.node.inputs[carries + self.loop.sequences :])
        for node, carry in zip(body.graph.outputs, self.carries, strict=False):
            body.store(node, carry.after)
        for number in self._stacked_numbers():
            node, result = body.graph.outputs[number], self.results[number]
            if result.whole is None:
                place = Place(node.shape, self.outside.level)
                body.store(node, result.part(node.spec, place))

    def _place_condition(self) -> None:
        """A turn of a while_loop: its condition, then its body, which changes values in place."""
        test, body = self.turns
        count = len(test.graph.inputs) - self.loop.carries
        captured = self.loop.node.inputs[self.loop.carries :]
        self._place_inputs(test, captured[:count])
        self._place_inputs(body, captured[count:])
        goes_on = test.graph.outputs[0]
        self.goes_on = self.outside.buffer(Kind.SCRATCH, Spec(goes_on.shape, BOOL), goes_on)
        test.store(goes_on, self.goes_on)
        old = zip(body.graph.outputs, self.carries, body.graph.inputs, strict=False)
        body.updates += [(node, carry.after, before) for node, carry, before in old]

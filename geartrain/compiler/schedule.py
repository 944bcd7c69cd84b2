"""Schedule: kernels become stages, and every value gets a place in memory.

    k0 gather      stage 0:  k0                      (every worker takes its share of each
    k1 dense       stage 1:  k1                       kernel of a stage; a barrier follows)
    k2 gradient    stage 2:  k2  k3
    k3 update      ...

A kernel runs after those whose results it loads, and a kernel that updates a variable in place
after all that still need the old value. Where that would be a circle (two variables that swap),
the new value waits in scratch memory and is copied at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geartrain.compiler.groups import group_copying
from geartrain.compiler.kernels import Kernel
from geartrain.compiler.loops import loads_of, place
from geartrain.graph import Graph, Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Variable


class Kind(Enum):
    """Whose memory a buffer is."""

    INPUT = "input"
    OUTPUT = "output"
    VARIABLE = "variable"
    CONSTANT = "constant"
    SCRATCH = "scratch"


@dataclass(frozen=True, eq=False)
class Buffer:
    """Memory for one value. A stepped one is a row of such, one for each step of a call."""

    kind: Kind
    spec: Spec
    owner: Node | Variable | int
    stepped: bool = False

    def __repr__(self) -> str:
        return f"{self.kind.value} {self.spec}"


@dataclass(frozen=True, eq=False)
class Task:
    """A kernel and where its results go."""

    kernel: Kernel
    stores: tuple[tuple[Node, Buffer], ...]


@dataclass(frozen=True, eq=False)
class Schedule:
    """Stages of tasks, the buffers they use, and the buffer that each value is read from."""

    name: str
    stages: tuple[tuple[Task, ...], ...]
    buffers: tuple[Buffer, ...]
    sources: dict[Node, Buffer]

    def source(self, node: Node) -> Buffer:
        """The buffer that a value is read from; a reshape lies in its input's."""
        while node not in self.sources:
            node = node.inputs[0]
        return self.sources[node]

    def __repr__(self) -> str:
        lines = []
        for number, stage in enumerate(self.stages):
            names = "  ".join(task.kernel.name for task in stage)
            lines.append(f"stage {number}:  {names}")
        return "\n".join(lines)


def schedule(
    graph: Graph, kernels: list[Kernel], stepped: frozenset[Node] = frozenset()
) -> Schedule:
    """Order the kernels in stages and give every value a buffer.

    `stepped` names the inputs and outputs of which each step of a call has its own.
    """
    scheduler = _Scheduler(graph, kernels, stepped)
    scheduler.connect()
    stages = scheduler.stages()
    return Schedule(graph.name, stages, tuple(scheduler.buffers), scheduler.sources)


class _Scheduler:
    def __init__(self, graph: Graph, kernels: list[Kernel], stepped: frozenset[Node]) -> None:
        self.graph = graph
        self.kernels = list(kernels)
        self.after: dict[Kernel, set[Kernel]] = {kernel: set() for kernel in kernels}
        self.stores: dict[Kernel, list[tuple[Node, Buffer]]] = {each: [] for each in kernels}
        self.buffers: list[Buffer] = []
        self.sources: dict[Node, Buffer] = {}
        self.maker = {node: kernel for kernel in kernels for node in kernel.stored}
        self._add_leaves(stepped)
        self._add_outputs(stepped)

    def _buffer(
        self, kind: Kind, node: Node, owner: Node | Variable | int, stepped: bool
    ) -> Buffer:
        buffer = Buffer(kind, node.spec, owner, stepped)
        self.buffers.append(buffer)
        return buffer

    def _add_leaves(self, stepped: frozenset[Node]) -> None:
        for position, node in enumerate(self.graph.inputs):
            self.sources[node] = self._buffer(Kind.INPUT, node, position, node in stepped)
        for variable, node in self.graph.reads.items():
            self.sources[node] = self._buffer(Kind.VARIABLE, node, variable, False)
        loaded = (node for kernel in self.kernels for node in kernel.loaded())
        for node in dict.fromkeys((*self.graph.nodes(), *loaded)):
            if node.constant is not None and node.constant.ndim:
                self.sources[node] = self._buffer(Kind.CONSTANT, node, node, False)

    def _add_outputs(self, stepped: frozenset[Node]) -> None:
        for position, node in enumerate(self.graph.outputs):
            buffer = self._buffer(Kind.OUTPUT, node, position, node in stepped)
            self._store(node, buffer)

    def _store(self, node: Node, buffer: Buffer) -> None:
        self.stores[self.maker[node]].append((node, buffer))
        if node.role is Role.OPERATION:
            self.sources.setdefault(node, buffer)

    def connect(self) -> None:
        """Find what must run after what, and where every result goes."""
        for kernel in self.kernels:
            loaded = (self._memory_of(node) for node in kernel.loaded())
            makers = {self.maker[node] for node in loaded if node.role is Role.OPERATION}
            self.after[kernel] |= makers - {kernel}
        for variable, node in self.graph.updates.items():
            self._connect_update(variable, node)
        for kernel in list(self.kernels):
            for node in kernel.stored:
                if node.role is Role.OPERATION and node not in self.sources:
                    self._store(node, self._buffer(Kind.SCRATCH, node, node, False))

    def _memory_of(self, node: Node) -> Node:
        while node not in self.maker and node not in self.sources and node.inputs:
            node = node.inputs[0]
        return node

    def _connect_update(self, variable: Variable, node: Node) -> None:
        writer = self.maker[node]
        buffer = self._variable_buffer(variable, node)
        readers = self._readers(self.graph.reads.get(variable))
        aligned = writer not in readers or self._is_aligned(
            writer, self.graph.reads[variable], node
        )
        others = readers - {writer}
        if aligned and not any(self._needs(reader, writer) for reader in others):
            self.after[writer] |= others
            self._store(node, buffer)
        else:
            self._copy_at_the_end(node, buffer, readers)

    def _variable_buffer(self, variable: Variable, node: Node) -> Buffer:
        if variable in self.graph.reads:
            return self.sources[self.graph.reads[variable]]
        return self._buffer(Kind.VARIABLE, node, variable, False)

    def _readers(self, node: Node | None) -> set[Kernel]:
        return {
            kernel
            for kernel in self.kernels
            if any(self._memory_of(each) is node for each in kernel.loaded())
        }

    def _is_aligned(self, kernel: Kernel, old: Node, new: Node) -> bool:
        """Whether a kernel reads the old value only at the place where it writes the new one.

        Of one long row the workers share the lanes, and each computes what stands on the row level,
        so that is read by some after it is written by one.
        """
        if not kernel.rows and kernel.lane is not None and not new.shape:
            return False
        index = tuple(place(axis) for axis in kernel.axes[: len(new.shape)])
        root = kernel.root
        operands = [] if root is None else root.operands()
        if any(self._memory_of(each.what) is old for each in loads_of(*operands)):
            return False
        loads = loads_of(*(each.expr for each in kernel.statements))
        old_loads = [each for each in loads if self._memory_of(each.what) is old]
        return all(each.what is old and each.args == index for each in old_loads)

    def _needs(self, kernel: Kernel, other: Kernel) -> bool:
        """Whether `kernel` must run after `other`, directly or not."""
        seen, pending = {kernel}, [kernel]
        while pending:
            for earlier in self.after[pending.pop()]:
                if earlier is other:
                    return True
                if earlier not in seen:
                    seen.add(earlier)
                    pending.append(earlier)
        return False

    def _copy_at_the_end(self, node: Node, target: Buffer, readers: set[Kernel]) -> None:
        writer = self.maker[node]
        waiting = Node(Role.OPERATION, node.spec, label=f"{node.label}_new")
        scratch = self._buffer(Kind.SCRATCH, waiting, waiting, False)
        self.sources[waiting] = scratch
        self.stores[writer].append((node, scratch))
        group = group_copying(waiting)
        copy = group.kernel(f"k{len(self.kernels)}_copy", {waiting: 0}, (waiting,))
        self.kernels.append(copy)
        self.after[copy] = {writer, *readers}
        self.stores[copy] = [(waiting, target)]

    def stages(self) -> tuple[tuple[Task, ...], ...]:
        """Put every kernel in the first stage in which it can run."""
        level: dict[Kernel, int] = {}

        def stage_of(kernel: Kernel) -> int:
            if kernel not in level:
                level[kernel] = 1 + max((stage_of(each) for each in self.after[kernel]), default=-1)
            return level[kernel]

        count = 1 + max((stage_of(kernel) for kernel in self.kernels), default=-1)
        return tuple(
            tuple(Task(each, tuple(self.stores[each])) for each in self.kernels if level[each] == n)
            for n in range(count)
        )

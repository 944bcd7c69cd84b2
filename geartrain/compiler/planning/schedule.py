"""Schedule: kernels become stages, and every value gets a place in memory.

    k0 gather      stage 0:  k0                      (every worker takes its share of each
    k1 dense       stage 1:  k1                       kernel of a stage; a barrier follows)
    k2 gradient    stage 2:  k2  k3
    k3 update      ...
    k4 scan        stages 7 to 9:  k4_k0 ...        (those are repeated, turn by turn)

A kernel runs after those whose results it loads, and a kernel that updates a variable in place
after all that still need the old value. Where that would be a circle (two variables that swap),
the new value waits in scratch memory and is copied at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.form.exprs import literal, loads_of, long_axes, place
from geartrain.compiler.form.kernels import Kernel
from geartrain.compiler.form.loops import squeezed
from geartrain.compiler.fusion.groups import group_copying
from geartrain.compiler.fusion.joins import Join
from geartrain.compiler.fusion.native_loops import Loop
from geartrain.compiler.planning.loop_memory import LoopMemory, Owner
from geartrain.compiler.planning.own_rows import OwnRows, with_own_rows
from geartrain.graph import Graph, Node, Role
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Size, Variable

Item = Kernel | Loop | Join


@dataclass(frozen=True, eq=False)
class Task:
    """A kernel and where its results go; with `own`, it runs on each worker's own rows."""

    kernel: Kernel
    stores: tuple[tuple[Node, Buffer], ...]
    own: OwnRows | None = None


@dataclass(frozen=True, eq=False)
class Turns:
    """A run of stages that is repeated, from `first` to `last`.

    The stages before `body` give `goes_on`, a bool that says whether the rest of the turn is
    carried out and another one follows; without it, `length` says how many turns there are.
    `level` is the number of loops around this one. With `own`, every worker takes all turns alone,
    for its share of so many rows.
    """

    first: int
    last: int
    level: int
    length: int | None
    reverse: bool = False
    body: int = 0
    goes_on: Buffer | None = None
    own: Size | None = None


Stages = tuple[tuple[Task, ...], ...]


@dataclass(frozen=True, eq=False)
class Schedule:
    """Stages of tasks, the buffers they use, and the buffer that each value is read from."""

    name: str
    stages: Stages
    buffers: tuple[Buffer, ...]
    sources: dict[Node, Buffer]
    loops: tuple[Turns, ...] = ()

    @property
    def depth(self) -> int:
        """How many loops stand around a stage at most."""
        return max((1 + loop.level for loop in self.loops), default=0)

    def around(self, stage: int) -> list[Turns]:
        """The loops around a stage, the outermost first."""
        found = [loop for loop in self.loops if loop.first <= stage <= loop.last]
        return sorted(found, key=lambda each: each.level)

    def repeats(self, stage: int) -> int:
        """How often a stage is carried out in a step; a turn is counted once if none knows."""
        return math.prod(loop.length or 1 for loop in self.around(stage))

    def source(self, node: Node) -> Buffer:
        """The buffer that a value is read from; a reshape lies in its input's."""
        while node not in self.sources:
            node = node.inputs[0]
        return self.sources[node]

    def __repr__(self) -> str:
        lines = []
        for number, stage in enumerate(self.stages):
            names = "  ".join(task.kernel.name for task in stage)
            lines.append(f"{'  ' * len(self.around(number))}stage {number}:  {names}")
        return "\n".join(lines)


def schedule(
    graph: Graph, kernels: Sequence[Item], stepped: frozenset[Node] = frozenset()
) -> Schedule:
    """Order the kernels in stages and give every value a buffer.

    `stepped` names the inputs and outputs of which each step of a call has its own.
    """
    plan = _Plan()
    scheduler = _Scheduler(graph, kernels, plan)
    scheduler.add_leaves(stepped)
    scheduler.connect()
    scheduler.add_stages()
    return Schedule(
        graph.name, tuple(plan.stages), tuple(plan.buffers), plan.sources, tuple(plan.loops)
    )


@dataclass
class _Plan:
    """What the schedulers of a graph and of its loops' bodies fill."""

    buffers: list[Buffer] = field(default_factory=list)
    sources: dict[Node, Buffer] = field(default_factory=dict)
    stages: list[tuple[Task, ...]] = field(default_factory=list)
    loops: list[Turns] = field(default_factory=list)


class _Scheduler:
    """Orders the kernels of one graph: of the program's, or of a loop's body."""

    def __init__(
        self,
        graph: Graph,
        kernels: Sequence[Item],
        plan: _Plan,
        level: int = 0,
        prefix: str = "",
    ) -> None:
        self.graph = graph
        self.prefix = prefix
        self.kernels = list(kernels)
        self.plan = plan
        self.level = level
        self.sources = plan.sources
        self.after: dict[Item, set[Item]] = {kernel: set() for kernel in kernels}
        self.stores: dict[Item, list[tuple[Node, Buffer]]] = {each: [] for each in kernels}
        self.maker: dict[Node, Item] = {node: each for each in kernels for node in each.stored}
        self.memory: dict[Loop, LoopMemory] = {}
        self._loading: dict[Node, dict[Item, None]] | None = None  # who loads a value
        self.updates: list[tuple[Node, Variable | Buffer, Node | None]] = [
            (node, variable, graph.reads.get(variable)) for variable, node in graph.updates.items()
        ]

    def buffer(self, kind: Kind, spec: Spec, owner: Owner, *, stepped: bool = False) -> Buffer:
        """A new buffer."""
        buffer = Buffer(kind, spec, owner, stepped, self.level)
        self.plan.buffers.append(buffer)
        return buffer

    def add_leaves(self, stepped: frozenset[Node]) -> None:
        """Give the program's inputs, outputs and variables their buffers."""
        for position, node in enumerate(self.graph.inputs):
            self.sources[node] = self.buffer(
                Kind.INPUT, node.spec, position, stepped=node in stepped
            )
        for variable, node in self.graph.reads.items():
            self.sources[node] = self.buffer(Kind.VARIABLE, node.spec, variable)
        self.add_constants()
        for position, node in enumerate(self.graph.outputs):
            is_stepped = node in stepped
            self.store(node, self.buffer(Kind.OUTPUT, node.spec, position, stepped=is_stepped))

    def add_constants(self) -> None:
        """Give constants that are loaded their buffers."""
        loaded = (node for kernel in self.kernels for node in kernel.loaded())
        for node in dict.fromkeys((*self.graph.nodes(), *loaded)):
            if node.constant is not None and node.constant.ndim and node not in self.sources:
                self.sources[node] = self.buffer(Kind.CONSTANT, node.spec, node)

    def store(self, node: Node, buffer: Buffer) -> None:
        """Let the kernel that computes a value store it there."""
        maker = self.maker[node]
        if isinstance(maker, Join):
            for part, place_of_part in maker.parts(buffer):
                self.store(part, place_of_part)
        self.stores[maker].append((node, buffer))
        if node.role is Role.OPERATION:
            self.sources.setdefault(node, buffer)

    def connect(self) -> None:
        """Find what must run after what, and where every result goes."""
        for kernel in self.kernels:
            loaded = (self._memory_of(node) for node in kernel.loaded())
            makers = {self.maker[node] for node in loaded if _is_computed(node)}
            self.after[kernel] |= makers - {kernel}
        for node, owner, old in self.updates:
            buffer = owner if isinstance(owner, Buffer) else self._variable_buffer(owner, node)
            self._update(node, buffer, old)
        for kernel in list(self.kernels):
            if isinstance(kernel, Loop):
                self._prepare(kernel)
        joined = [each.node for each in self.kernels if isinstance(each, Join)]
        for node in (*joined, *self.maker):
            if node.role is Role.OPERATION and node not in self.sources:
                self.store(node, self.buffer(Kind.SCRATCH, node.spec, node))

    def _memory_of(self, node: Node) -> Node:
        while node not in self.maker and node not in self.sources and node.inputs:
            node = node.inputs[0]
        return node

    def _update(self, node: Node, buffer: Buffer, old: Node | None) -> None:
        """Let a value take the place of another, once nobody needs that any more."""
        writer = self.maker[node]
        readers = self.readers(old)
        if isinstance(writer, Join):  # whose parts are stored by others, at other times
            self.store(node, self.buffer(Kind.SCRATCH, node.spec, node))
            self.after[self._copy(node, buffer)] |= {writer, *readers}
            return
        aligned = writer not in readers or self.is_aligned(writer, old, node)
        others = readers - {writer}
        if aligned and not any(self._needs(reader, writer) for reader in others):
            self.after[writer] |= others
            self.store(node, buffer)
        else:
            self._copy_at_the_end(node, buffer, readers)

    def _variable_buffer(self, variable: Variable, node: Node) -> Buffer:
        if variable in self.graph.reads:
            return self.sources[self.graph.reads[variable]]
        return self.buffer(Kind.VARIABLE, node.spec, variable)

    def readers(self, node: Node | None) -> set[Item]:
        """The kernels that load a value."""
        if self._loading is None:
            self._loading = {}
            for kernel in self.kernels:
                self._note_reader(kernel)
        return set() if node is None else set(self._loading.get(node, ()))

    def _note_reader(self, kernel: Item) -> None:
        if self._loading is not None:
            for each in kernel.loaded():
                self._loading.setdefault(self._memory_of(each), {})[kernel] = None

    def is_aligned(self, kernel: Item, old: Node | None, new: Node) -> bool:
        """Whether a kernel reads the old value only at the place where it writes the new one.

        Of one long row the workers share the lanes, and each computes what stands on the row level,
        so that is read by some after it is written by one.
        """
        if not isinstance(kernel, Kernel) or kernel.windows or kernel.block:
            return False
        rank = sum(size != 1 for size in new.shape)
        if not kernel.rows and kernel.lane is not None and not rank:
            return False
        index = tuple(place(axis) for axis in long_axes(kernel.axes)[:rank])
        root = kernel.root
        operands = [] if root is None else root.operands()
        if any(self._memory_of(each.what) is old for each in loads_of(*operands)):
            return False
        loads = loads_of(*(each.expr for each in kernel.statements))
        old_loads = [each for each in loads if self._memory_of(each.what) is old]
        return all(each.what is old and squeezed(each.args, old) == index for each in old_loads)

    def _needs(self, kernel: Item, other: Item) -> bool:
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

    def _copy_at_the_end(self, node: Node, target: Buffer, readers: set[Item]) -> None:
        writer = self.maker[node]
        waiting = Node(Role.OPERATION, node.spec, label=f"{node.label}_new")
        scratch = self.buffer(Kind.SCRATCH, waiting.spec, waiting)
        self.sources[waiting] = scratch
        self.stores[writer].append((node, scratch))
        copy = self._copy(waiting, target)
        self.after[copy] = {writer, *readers}

    def _copy(self, node: Node, target: Buffer) -> Kernel:
        """A new kernel that copies a value."""
        group = group_copying(node)
        if node.constant is not None and not node.shape:
            number = literal(node.constant.item(), node.dtype)
            group.replace_loads(node, lambda _: number)
        copy = group.kernel(f"{self.prefix}k{len(self.kernels)}_copy", {node: 0}, (node,))
        self.kernels.append(copy)
        self._note_reader(copy)
        self.after[copy] = set()
        self.stores[copy] = [(node, target)]
        return copy

    # -- loops -----------------------------------------------------------------------------------

    def _prepare(self, loop: Loop) -> None:
        """Give a loop's carries and results their memory, and see to the carries' first values."""
        prefixes = [f"{loop.name}_if_", f"{loop.name}_"][-len(loop.turns()) :]
        turns = [
            _Scheduler(each.graph, each.kernels, self.plan, self.level + 1, prefix)
            for each, prefix in zip(loop.turns(), prefixes, strict=True)
        ]
        memory = self.memory[loop] = LoopMemory(loop, self, turns)
        for part in loop.stored:
            self.sources[part] = memory.results[part.parameters["number"]]
        for node, buffer in memory.first_values():
            self._store_first(loop, node, buffer)

    def _store_first(self, loop: Loop, node: Node, buffer: Buffer) -> None:
        """Store what a loop begins with: by the kernel that computes it, or by a copy."""
        maker = self.maker.get(node)
        if isinstance(maker, Kernel) and node.role is Role.OPERATION:
            self.stores[maker].append((node, buffer))
            alone = self.readers(node) == {loop} and loop.node.inputs.count(node) == 1
            if alone and node not in self.sources:
                self.sources[node] = buffer
            return
        copy, whole = self._copy(node, buffer), self._memory_of(node)
        if _is_computed(whole):
            self.after[copy].add(self.maker[whole])
        self.after[loop].add(copy)

    def source(self, node: Node) -> Buffer:
        """The buffer that a value is read from; a reshape lies in its input's."""
        while node not in self.sources:
            node = node.inputs[0]
        return self.sources[node]

    def _add_turns(self, loop: Loop) -> None:
        """Add the stages of a loop's turn."""
        memory, plan = self.memory[loop], self.plan
        memory.place_leaves()
        first, bodies = len(plan.stages), []
        for each in memory.turns:
            each.add_constants()
            each.connect()
            bodies.append(len(plan.stages))
            each.add_stages()
        own = None if memory.goes_on is not None else self._give_rows(first)
        last = len(plan.stages) - 1
        plan.loops.append(
            Turns(
                first,
                last,
                self.level,
                loop.length,
                loop.reverse,
                bodies[-1],
                memory.goes_on,
                own,
            )
        )

    def _give_rows(self, first: int) -> Size | None:
        """Let each worker take the stages of a loop from `first` on alone, where it can."""
        plan = self.plan
        stages = plan.stages[first:]
        if any(loop.first >= first for loop in plan.loops):
            return None
        tasks = [task for stage in stages for task in stage]
        found = with_own_rows([(task.kernel, task.stores) for task in tasks], self.source)
        if not found:
            return None
        own = iter(
            Task(kernel, task.stores, rows)
            for task, (kernel, rows) in zip(tasks, found, strict=True)
        )
        plan.stages[first:] = [tuple(next(own) for _ in stage) for stage in stages]
        return found[0][1].extent

    def add_stages(self) -> None:
        """Put every kernel in the first stage in which it can run."""
        level: dict[Item, int] = {}

        def stage_of(kernel: Item) -> int:
            if kernel not in level:
                level[kernel] = 1 + max((stage_of(each) for each in self.after[kernel]), default=-1)
            return level[kernel]

        count = 1 + max((stage_of(kernel) for kernel in self.kernels), default=-1)
        for number in range(count):
            here = [each for each in self.kernels if level[each] == number]
            tasks = [
                Task(each, tuple(self.stores[each])) for each in here if isinstance(each, Kernel)
            ]
            if tasks:
                self.plan.stages.append(tuple(tasks))
            for each in here:
                if isinstance(each, Loop):
                    self._add_turns(each)


def _is_computed(node: Node) -> bool:
    return node.role in (Role.OPERATION, Role.PART)

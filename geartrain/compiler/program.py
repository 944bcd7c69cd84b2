"""`Program`: a compiled function, and what it needs to run.

    program = compile_graph(graph)           # once: graph -> kernels -> schedule -> machine code
    program.run([x, y, rows], steps=64)      # many times: bind arrays and sizes, one native call

One program serves every size of its symbolic axes. It keeps the memory that it planned for the
sizes it saw last.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import stderr

import numpy as np

from geartrain.compiler.emit import emit
from geartrain.compiler.emit_contraction import panel_bytes
from geartrain.compiler.fuse import fuse
from geartrain.compiler.kernels import Contraction, Kernel, format_kernels
from geartrain.compiler.memory import Layout
from geartrain.compiler.plan_memory import plan_memory
from geartrain.compiler.schedule import Buffer, Kind, Schedule, Task, schedule
from geartrain.compiler.simplify import simplify
from geartrain.compiler.verify import verify_kernels, verify_schedule
from geartrain.errors import explain
from geartrain.graph import Graph, Node
from geartrain.runtime import get_num_threads, pool
from geartrain.runtime.cpu import host_cpu
from geartrain.runtime.machine_code import LoadedCode, load
from geartrain.settings import settings
from geartrain.tensor import Array, Dim, Size, Variable, format_shape
from geartrain.tensor.shape import size_value
from geartrain.tensor.variable import aligned_empty

SHOW_DEVICES, SHOW_TIME, SHOW_SCHEDULE, SHOW_LOOPS = 1, 2, 3, 4  # of GEARTRAIN_DEBUG
SMALL_FLOPS = 2_000_000  # a step with fewer is over before a second worker has been woken


def compile_graph(graph: Graph, *, stepped: Sequence[Node] = ()) -> Program:
    """Compile a graph; `stepped` names the inputs and outputs that each step has its own of."""
    simple = simplify(graph)
    renamed = dict(
        zip((*graph.inputs, *graph.outputs), (*simple.inputs, *simple.outputs), strict=True)
    )
    kernels = fuse(simple)
    verify_kernels(kernels)
    plan = schedule(simple, kernels, frozenset(renamed[node] for node in stepped))
    verify_schedule(plan)
    _show(plan, kernels)
    return Program(simple, plan)


def _show(plan: Schedule, kernels: list[Kernel]) -> None:
    """Print what GEARTRAIN_DEBUG asks for, up to the loops; IR and assembly follow below."""
    if settings.debug >= SHOW_DEVICES:
        cpu = host_cpu()
        print(
            f"{cpu.name}: {cpu.vector_bits}-bit vectors, {get_num_threads()} threads", file=stderr
        )
    if settings.debug >= SHOW_SCHEDULE:
        print(f"{plan.name}:\n{plan!r}", file=stderr)
    if settings.debug >= SHOW_LOOPS:
        print(format_kernels(kernels), file=stderr)


@dataclass(frozen=True)
class _Arena:
    """The memory planned for one set of sizes."""

    memory: Array
    offsets: dict[Buffer, int]
    panel_bytes: int


class Program:
    """A compiled function, ready to run on arrays."""

    def __init__(self, graph: Graph, plan: Schedule) -> None:
        self.graph = graph
        self.schedule = plan
        self.layout = Layout.of(plan)
        self.ir = emit(plan, host_cpu())
        self.code: LoadedCode = load(self.ir)
        self._entry = self.code.address("program")
        self._arenas: dict[tuple[tuple[str, int], ...], _Arena] = {}
        self._constants = {
            buffer: np.asarray(buffer.owner.constant, order="C")
            for buffer in plan.buffers
            if isinstance(buffer.owner, Node) and buffer.kind is Kind.CONSTANT
        }

    def run(self, arrays: Sequence[Array], *, steps: int = 1) -> tuple[Array, ...]:
        """Run the function `steps` times, in one native call.

        An input that is stepped holds the rows of all the steps, one step's after another's.
        Outputs that are stepped come in the same way; others are those of the last step.
        Variables are updated in place.
        """
        inputs = [np.asarray(each, order="C") for each in arrays]
        return self.call(self._entry, inputs, self._bind_sizes(inputs, steps), steps)

    def call(
        self, entry: int, inputs: Sequence[Array], sizes: Mapping[str, int], steps: int
    ) -> tuple[Array, ...]:
        """Run machine code made for this program's schedule, on arrays that fit it."""
        outputs = self._new_outputs(sizes, steps)
        self._call(entry, inputs, outputs, sizes, steps)
        return tuple(outputs)

    @property
    def variables(self) -> list[Variable]:
        """The variables that the program reads or updates."""
        owners = (buffer.owner for buffer in self.schedule.buffers)
        return [each for each in owners if isinstance(each, Variable)]

    def touched(self, task: Task) -> list[Buffer]:
        """The buffers that a kernel reads or writes, each once."""
        read = (self.schedule.source(node) for node in task.kernel.loaded())
        return list(dict.fromkeys([*read, *(buffer for _, buffer in task.stores)]))

    def flops(self, sizes: Mapping[str, int]) -> int:
        """Multiplications and additions of the contractions in one step."""
        return sum(task_flops(task, sizes) for stage in self.schedule.stages for task in stage)

    # -- binding ---------------------------------------------------------------------------------

    def _bind_sizes(self, inputs: Sequence[Array], steps: int) -> dict[str, int]:
        """Read the symbolic sizes off the arrays, and check every axis against its spec."""
        sizes: dict[str, int] = {}
        buffers = [each for each in self.schedule.buffers if each.kind is Kind.INPUT]
        for buffer, array in zip(buffers, inputs, strict=True):
            shape = array.shape
            if buffer.stepped:
                shape = (shape[0] // steps, *shape[1:])
            if not _bind_shape(buffer.spec.shape, shape, sizes) or array.dtype != buffer.spec.dtype:
                raise ValueError(_input_message(self.graph, buffer, array))
        return sizes

    def _new_outputs(self, sizes: Mapping[str, int], steps: int) -> list[Array]:
        buffers = [each for each in self.schedule.buffers if each.kind is Kind.OUTPUT]
        return [self._new_output(each, sizes, steps) for each in buffers]

    @staticmethod
    def _new_output(buffer: Buffer, sizes: Mapping[str, int], steps: int) -> Array:
        shape = [size_value(size, dict(sizes)) for size in buffer.spec.shape]
        if buffer.stepped:
            shape[0] *= steps
        return aligned_empty(shape, buffer.spec.dtype)

    def _call(
        self,
        entry: int,
        inputs: Sequence[Array],
        outputs: Sequence[Array],
        sizes: Mapping[str, int],
        steps: int,
    ) -> None:
        arena = self._arena(sizes)
        start = arena.memory.ctypes.data
        context = np.zeros(self.layout.count, np.int64)
        context[0] = steps
        for name in self.layout.symbols:
            context[self.layout.symbol(name)] = sizes[name]
        for buffer in self.schedule.buffers:
            address = self._address(buffer, inputs, outputs, start, arena)
            context[self.layout.buffer(buffer)] = address
        context[self.layout.panels] = start + arena.memory.size - self._panel_room(arena)
        context[self.layout.panels + 1] = arena.panel_bytes
        flops = self.flops(sizes)
        threads = 1 if flops < SMALL_FLOPS else get_num_threads()
        start_ns = time.perf_counter_ns()
        pool.run(entry, context.ctypes.data, threads)
        if settings.debug >= SHOW_TIME:
            self._report(time.perf_counter_ns() - start_ns, flops * steps, steps)

    def _report(self, time_ns: int, flops: int, steps: int) -> None:
        speed = f"{steps} steps, {time_ns / 1e6:.3f} ms, {flops / max(time_ns, 1):.1f} GFLOP/s"
        print(f"{self.graph.name}: {speed}", file=stderr)

    def _address(
        self,
        buffer: Buffer,
        inputs: Sequence[Array],
        outputs: Sequence[Array],
        start: int,
        arena: _Arena,
    ) -> int:
        if buffer.kind is Kind.SCRATCH:
            return start + arena.offsets.get(buffer, 0)
        if isinstance(buffer.owner, Variable):
            return buffer.owner.exclusive_buffer().ctypes.data
        if isinstance(buffer.owner, int):
            arrays = inputs if buffer.kind is Kind.INPUT else outputs
            return arrays[buffer.owner].ctypes.data
        return self._constants[buffer].ctypes.data

    def _panel_room(self, arena: _Arena) -> int:
        return arena.panel_bytes * get_num_threads()

    def _arena(self, sizes: Mapping[str, int]) -> _Arena:
        """The memory for these sizes; that of a smaller batch is a part of a larger one's."""
        key = (*sorted(sizes.items()), ("threads", get_num_threads()))
        if key not in self._arenas:
            offsets, total = plan_memory(self.schedule, sizes)
            panel = max((panel_bytes(root, host_cpu(), sizes) for root in self._roots()), default=0)
            memory = aligned_empty((total + panel * get_num_threads(),), np.dtype(np.uint8))
            self._arenas = {key: _Arena(memory, offsets, panel)}
        return self._arenas[key]

    def _roots(self) -> list[Contraction]:
        roots = (task.kernel.root for stage in self.schedule.stages for task in stage)
        return [root for root in roots if isinstance(root, Contraction)]


def task_flops(task: Task, sizes: Mapping[str, int]) -> int:
    """Multiplications and additions of a kernel's contraction."""
    root = task.kernel.root
    if not isinstance(root, Contraction):
        return 0
    count = 2
    for axis in (*task.kernel.axes, root.depth):
        count *= size_value(axis.extent, dict(sizes))
    return count


def _bind_shape(expected: Sequence[Size], shape: Sequence[int], sizes: dict[str, int]) -> bool:
    """Give the symbols of `expected` the numbers of `shape`; say whether all agree."""
    if len(expected) != len(shape):
        return False
    for size, number in zip(expected, shape, strict=True):
        if isinstance(size, Dim):
            if number % size.scale or sizes.setdefault(size.name, number // size.scale) != (
                number // size.scale
            ):
                return False
        elif size != number:
            return False
    return True


def _input_message(graph: Graph, buffer: Buffer, array: Array) -> str:
    name = graph.inputs[int(str(buffer.owner))].label
    return explain(
        f"Compiled function '{graph.name}' cannot take this argument",
        given=f"{name} of shape {format_shape(array.shape)}, {array.dtype.name}",
        expected=f"{buffer.spec}, set when the function was compiled",
        remedy=f"{name}.reshape(...).astype({buffer.spec.dtype.name!r})",
    )

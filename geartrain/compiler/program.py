"""`Program`: a compiled function, and what it needs to run.

    program = compile_native(graph)          # once: graph -> kernels -> schedule -> machine code
    program.run([x, y, rows], steps=64)      # many times: bind arrays and sizes, one native call

One program serves every size of its symbolic axes. It keeps the memory that it planned for the
sizes it saw last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sys import stderr
from threading import Lock

import numpy as np

from geartrain.compiler.buffers import Buffer, Kind
from geartrain.compiler.edited import chosen_text
from geartrain.compiler.emit import emit
from geartrain.compiler.frame import Frame, step_flops
from geartrain.compiler.fuse import fuse
from geartrain.compiler.kernels import Kernel, format_kernels
from geartrain.compiler.memory import Layout
from geartrain.compiler.native_loops import Loop, with_copies
from geartrain.compiler.profile import Profile
from geartrain.compiler.schedule import Schedule, Task, schedule
from geartrain.compiler.verify import verify_kernels, verify_schedule
from geartrain.errors import explain
from geartrain.graph import Graph, Node
from geartrain.runtime import get_num_threads, pool
from geartrain.runtime.cpu import target_cpu
from geartrain.runtime.machine_code import LoadedCode, load, verify_only
from geartrain.settings import settings
from geartrain.tensor import Array, Dim, Size, Variable, format_shape
from geartrain.tensor.shape import size_value
from geartrain.tensor.variable import aligned_empty

SHOW_DEVICES, SHOW_TIME, SHOW_SCHEDULE, SHOW_LOOPS = 1, 2, 3, 4  # of GEARTRAIN_DEBUG
KEPT_FRAMES = 4  # sizes of which the memory is kept: a batch, the last one, another's


def compile_native(graph: Graph, stepped: frozenset[Node] = frozenset()) -> Program:
    """Compile a simplified graph of which every operation has machine code.

    `stepped` names the inputs and outputs that each step has its own of.
    """
    graph = with_copies(graph)
    kernels = fuse(graph)
    verify_kernels(kernels)
    plan = schedule(graph, kernels, stepped)
    verify_schedule(plan)
    _show(plan, kernels)
    return Program(graph, plan)


def _show(plan: Schedule, kernels: list[Kernel | Loop]) -> None:
    """Print what GEARTRAIN_DEBUG asks for, up to the loops; IR and assembly follow below."""
    if settings.debug >= SHOW_DEVICES:
        cpu = target_cpu()
        print(
            f"{cpu.name}: {cpu.vector_bits}-bit vectors, {get_num_threads()} threads", file=stderr
        )
    if settings.debug >= SHOW_SCHEDULE:
        print(f"{plan.name}:\n{plan!r}", file=stderr)
    if settings.debug >= SHOW_LOOPS:
        print(format_kernels(kernels), file=stderr)


class Program:
    """A compiled function, ready to run on arrays."""

    def __init__(self, graph: Graph, plan: Schedule) -> None:
        self.graph = graph
        self.schedule = plan
        self.layout = Layout.of(plan)
        self.cpu = target_cpu()
        self.own_ir = emit(plan, self.cpu)
        self._codes: list[LoadedCode] = []
        self._profile: Profile | None = None
        self.use(chosen_text(graph.name, self.own_ir))
        self.sizes: Mapping[str, int] = {}  # of the last call
        self._frames: dict[tuple[int, ...], Frame] = {}
        self._lock = Lock()
        self.inputs = [each for each in plan.buffers if each.kind is Kind.INPUT]
        self.outputs = [each for each in plan.buffers if each.kind is Kind.OUTPUT]

    def use(self, ir: str) -> None:
        """Run this text from now on: the program's own, or that with kernels edited by hand.

        On the null device it is read and checked, and nothing runs.
        """
        self.ir = ir
        self.entry = 0
        self._profile = None
        if settings.device == "null":
            verify_only(ir)
            return
        self._codes.append(load(ir))  # what ran before stays: somebody may hold its address
        self.entry = self._codes[-1].address("program")

    @property
    def is_null(self) -> bool:
        """Whether it was compiled for the null device, and runs nothing."""
        return self.entry == 0

    def run(self, arrays: Sequence[Array], *, steps: int = 1) -> tuple[Array, ...]:
        """Run the function `steps` times, in one native call.

        An input that is stepped holds the rows of all the steps, one step's after another's.
        Outputs that are stepped come in the same way; others are those of the last step.
        Variables are updated in place.
        """
        inputs = [np.asarray(each, order="C") for each in arrays]
        sizes = bind_sizes(self.graph, [each.stepped for each in self.inputs], inputs, steps)
        return self.call(inputs, sizes, steps)

    def run_sized(self, arrays: Sequence[Array], sizes: Mapping[str, int]) -> tuple[Array, ...]:
        """Run the function once, on arrays that are known to fit, for sizes that are known."""
        inputs = [np.asarray(each, order="C") for each in arrays]
        return self.call(inputs, sizes, 1)

    def call(
        self, inputs: Sequence[Array], sizes: Mapping[str, int], steps: int
    ) -> tuple[Array, ...]:
        """Run on arrays that fit."""
        self.sizes = sizes
        outputs = [new_output(each, sizes, steps) for each in self.outputs]
        if self.is_null:
            for each in outputs:
                each.fill(0)
        elif settings.debug >= SHOW_TIME:
            self._call_timed(inputs, outputs, sizes, steps)
        else:
            self._call(inputs, outputs, sizes, steps)
        return tuple(outputs)

    def _call(
        self,
        inputs: Sequence[Array],
        outputs: Sequence[Array],
        sizes: Mapping[str, int],
        steps: int,
    ) -> None:
        with self._lock:  # two Python threads would share the arena
            frame = self._frame(sizes)
            pool.run(self.entry, frame.fill(inputs, outputs, steps), frame.threads)

    def _call_timed(
        self,
        inputs: Sequence[Array],
        outputs: Sequence[Array],
        sizes: Mapping[str, int],
        steps: int,
    ) -> None:
        """Run with a clock around every kernel, and print what they took."""
        profile = self.profile()
        with self._lock:
            profile.call(inputs, outputs, sizes, steps)
        print(profile.text(), file=stderr)

    def profile(self) -> Profile:
        """The program as one that measures itself."""
        if self._profile is None:
            self._profile = Profile(self)
        return self._profile

    def _frame(self, sizes: Mapping[str, int]) -> Frame:
        """The frame for these sizes, of a few that are kept."""
        threads = get_num_threads()
        key = (threads, *(sizes[name] for name in self.layout.symbols))
        if key not in self._frames:
            if len(self._frames) >= KEPT_FRAMES:
                self._frames.pop(next(iter(self._frames)))
            self._frames[key] = Frame(self.schedule, self.layout, self.cpu, sizes, threads)
        return self._frames[key]

    @property
    def host_calls(self) -> tuple[str, ...]:
        """What has no machine code: nothing. A `HostedProgram` has some."""
        return ()

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
        return step_flops(self.schedule, sizes)

    def tasks(self) -> list[tuple[int, Task]]:
        """Every kernel with its stage, in the order in which they run."""
        stages = enumerate(self.schedule.stages)
        return [(stage, task) for stage, tasks in stages for task in tasks]


def bind_sizes(
    graph: Graph, stepped: Sequence[bool], inputs: Sequence[Array], steps: int
) -> dict[str, int]:
    """Read the symbolic sizes off the arrays, and check every axis against its spec."""
    sizes: dict[str, int] = {}
    for node, is_stepped, array in zip(graph.inputs, stepped, inputs, strict=True):
        shape = array.shape
        if is_stepped:
            shape = (shape[0] // steps, *shape[1:])
        if not _bind_shape(node.shape, shape, sizes) or array.dtype != node.dtype:
            raise ValueError(_input_message(graph, node, array))
    return sizes


def new_output(buffer: Buffer, sizes: Mapping[str, int], steps: int) -> Array:
    shape = [size_value(size, dict(sizes)) for size in buffer.spec.shape]
    if buffer.stepped:
        shape[0] *= steps
    return aligned_empty(shape, buffer.spec.dtype)


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


def _input_message(graph: Graph, node: Node, array: Array) -> str:
    name = node.label
    return explain(
        f"Compiled function '{graph.name}' cannot take this argument",
        given=f"{name} of shape {format_shape(array.shape)}, {array.dtype.name}",
        expected=f"{node.spec}, set when the function was compiled",
        remedy=f"{name}.reshape(...).astype({node.dtype.name!r})",
    )

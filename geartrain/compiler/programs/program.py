"""`Program`: a compiled function, and what it needs to run.

    program = compile_graph(graph)           # once: graph -> kernels -> schedule -> machine code
    program.run([x, y, rows], steps=64)      # many times: bind arrays and sizes, one native call

One program serves every size of its symbolic axes. It keeps the memory that it planned for the
sizes it saw last. One that comes from the cache has its machine code and its buffers; its
schedule is made when somebody asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.planning.layout import Layout
from geartrain.compiler.programs.frame import Frame
from geartrain.errors import explain
from geartrain.graph import Graph, Node
from geartrain.runtime import get_num_threads, pool
from geartrain.runtime.cpu import Cpu, target_cpu
from geartrain.runtime.machine_code import LoadedCode, load_or_verify
from geartrain.runtime.recycled import recycled_empty
from geartrain.settings import DEBUG, settings
from geartrain.tensor import Array, Dim, Size, Variable, format_shape
from geartrain.tensor.shape import size_value

if TYPE_CHECKING:
    from geartrain.compiler.planning.schedule import Schedule, Task
    from geartrain.compiler.programs.profile import Profile
    from geartrain.compiler.programs.sized import Sized

SHOW_TIME = 2  # of GEARTRAIN_DEBUG
KEPT_FRAMES = 4  # sizes of which the memory is kept: a batch, the last one, another's

Sizes = Mapping[str, int]


class Program:
    """A compiled function, ready to run on arrays.

    Args:
        graph: what it computes; its inputs say what `run` takes.
        buffers: the memory that it works on.
        code: its machine code; None on the null device, where nothing runs.
        make_schedule: gives the schedule that the code is of.
        keep: the numbers for some sizes from the cache, or made and put there; None makes them.
    """

    def __init__(
        self,
        graph: Graph,
        buffers: Sequence[Buffer],
        code: LoadedCode | None,
        make_schedule: Callable[[], Schedule],
        keep: Callable[[Sizes, Callable[[], Sized]], Sized] | None = None,
    ) -> None:
        self.graph = graph
        self._instruction_set = settings.cpu
        self.layout = Layout.of(buffers)
        self._codes: list[LoadedCode] = []
        self._take(code)
        self.sizes: Sizes = {}  # of the last call
        self._make_schedule = make_schedule
        self.keep = keep
        self._frames: dict[tuple[int, ...], Frame] = {}
        self._lock = Lock()
        self.inputs = [each for each in buffers if each.kind is Kind.INPUT]
        self.outputs = [each for each in buffers if each.kind is Kind.OUTPUT]

    @cached_property
    def schedule(self) -> Schedule:
        """Stages of kernels, and the memory they use."""
        return self._make_schedule()

    @cached_property
    def ir(self) -> str:
        """The LLVM IR that the machine code is made of."""
        return self.own_ir

    @property
    def own_ir(self) -> str:
        """The same as the compiler wrote it, whoever edited it since."""
        from geartrain.compiler.emission.emit import emit

        return emit(self.schedule, self.cpu)

    @cached_property
    def profile(self) -> Profile:
        """The program as one that measures itself."""
        from geartrain.compiler.programs.profile import Profile

        return Profile(self)

    def use(self, ir: str) -> None:
        """Run this text from now on: the program's own, or that with kernels edited by hand."""
        from geartrain.compiler.emission.equal_kernels import shared

        self._take(load_or_verify(shared(ir)))
        self.ir = ir
        self.__dict__.pop("profile", None)

    def _take(self, code: LoadedCode | None) -> None:
        self.code = code
        self.entry = code.address("program") if code else 0
        if code:
            self._codes.append(code)  # what ran before stays: somebody may hold its address

    @property
    def is_null(self) -> bool:
        """Whether it was compiled for the null device, and runs nothing."""
        return self.code is None

    @property
    def cpu(self) -> Cpu:
        """The processor that the code is made for, whatever the setting is by now."""
        return target_cpu(self._instruction_set)

    def sized(self, sizes: Sizes) -> Sized:
        """What the schedule comes to for some sizes."""
        return self.keep(sizes, lambda: self._size_up(sizes)) if self.keep else self._size_up(sizes)

    def _size_up(self, sizes: Sizes) -> Sized:
        from geartrain.compiler.programs.sizing import size_up

        return size_up(self.schedule, self.cpu, sizes)

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
            return tuple(outputs)
        with self._lock:  # two Python threads would share the arena
            if DEBUG.is_set and settings.debug >= SHOW_TIME:
                self.profile.call(inputs, outputs, sizes, steps)
                print(self.profile.text(), file=sys.stderr)
            else:
                frame = self._frame(sizes)
                pool.run(self.entry, frame.fill(inputs, outputs, steps), frame.threads)
        return tuple(outputs)

    def _frame(self, sizes: Mapping[str, int]) -> Frame:
        """The frame for these sizes, of a few that are kept."""
        threads = get_num_threads()
        key = (threads, *(sizes[name] for name in self.layout.symbols))
        if key not in self._frames:
            if len(self._frames) >= KEPT_FRAMES:
                self._frames.pop(next(iter(self._frames)))
            self._frames[key] = Frame(self.layout, self.sized(sizes), sizes, threads)
        return self._frames[key]

    @property
    def host_calls(self) -> tuple[str, ...]:
        """What has no machine code: nothing. A `HostedProgram` has some."""
        return ()

    @property
    def variables(self) -> list[Variable]:
        """The variables that the program reads or updates."""
        owners = (buffer.owner for buffer in self.layout.buffers)
        return [each for each in owners if isinstance(each, Variable)]

    def touched(self, task: Task) -> list[Buffer]:
        """The buffers that a kernel reads or writes, each once."""
        read = (self.schedule.source(node) for node in task.kernel.loaded())
        return list(dict.fromkeys([*read, *(buffer for _, buffer in task.stores)]))

    def tasks(self) -> list[tuple[int, Task]]:
        """Every kernel with its stage, in the order in which they run."""
        stages = enumerate(self.schedule.stages)
        return [(stage, task) for stage, tasks in stages for task in tasks]

    def flops(self, sizes: Mapping[str, int]) -> int:
        """Multiplications and additions of the contractions in one step."""
        return self.sized(sizes).flops


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
    """An array for an output of so many steps."""
    shape = [size_value(size, dict(sizes)) for size in buffer.spec.shape]
    if buffer.stepped:
        shape[0] *= steps
    return recycled_empty(shape, buffer.spec.dtype)


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

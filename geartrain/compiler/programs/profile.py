"""`Profile`: a program that measures itself, and what it found.

    profile = program.profile()
    profile.call(inputs, outputs, sizes, steps=20)
    profile.times["k0_contract_relu"]      # KernelTime(seconds=..., turns=1.0, balance=0.98)

Its text is the program's own with one more function (`timer.py`), so kernels that were edited by
hand are measured as they run. The kernels run in their order on their own data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geartrain.compiler.emission.emit_program import emit_profile
from geartrain.compiler.emission.equal_kernels import shared
from geartrain.compiler.emission.timer import COLUMNS, OWN, TURNS, WHOLE
from geartrain.compiler.planning.costs import kernel_cost
from geartrain.compiler.programs.frame import Frame
from geartrain.compiler.programs.sizing import task_sizes
from geartrain.runtime import get_num_threads, pool
from geartrain.runtime.machine_code import load_quietly
from geartrain.runtime.probes import clock_declaration, ticks_per_second
from geartrain.tensor import Array

if TYPE_CHECKING:
    from geartrain.compiler.programs.program import Program


@dataclass(frozen=True)
class KernelTime:
    """What one kernel took in a step.

    Attributes:
        seconds: from its start to the barrier that all workers passed; of all its turns.
        turns: how often it ran in a step: more than once in a loop.
        balance: how busy the workers were on average, where the busiest is 1.
        threads: how many workers there were.
    """

    seconds: float
    turns: float
    balance: float
    threads: int


class Profile:
    """Runs a program with a clock around every kernel."""

    def __init__(self, program: Program) -> None:
        architecture = program.cpu.architecture
        self.program = program
        self.layout = replace(program.layout, extra=1)
        function = emit_profile(program.schedule, self.layout, architecture)
        parts = (program.ir, function, clock_declaration(architecture))
        self._code = load_quietly(shared("\n\n".join(parts)))
        self.names = [task.kernel.name for _, task in program.tasks()]
        self.times: dict[str, KernelTime] = {}
        self.sizes: Mapping[str, int] = {}

    def call(
        self,
        inputs: Sequence[Array],
        outputs: Sequence[Array],
        sizes: Mapping[str, int],
        steps: int,
        rounds: int = 1,
    ) -> None:
        """Run some times on arrays that fit, and keep each kernel's best time."""
        frame = Frame(self.layout, self.program.sized(sizes), sizes, get_num_threads())
        context = frame.fill(inputs, outputs, steps)
        found = [self._round(frame, context, steps) for _ in range(rounds)]
        self.sizes = sizes
        self.times = {
            name: min((each[name] for each in found), key=lambda time: time.seconds)
            for name in self.names
        }

    def _round(self, frame: Frame, context: int, steps: int) -> dict[str, KernelTime]:
        shape = (frame.threads, max(len(self.names), 1), COLUMNS)
        table = np.zeros(shape, np.int64)
        frame.context[self.layout.count - 1] = table.ctypes.data
        pool.run(self._code.address("profile"), context, frame.threads)
        return {
            name: _time(table[:, number], steps, frame.threads)
            for number, name in enumerate(self.names)
        }

    def text(self) -> str:
        """The last call's times, a line for each kernel."""
        tasks = {task.kernel.name: task for _, task in self.program.tasks()}
        total = sum(each.seconds for each in self.times.values())
        flops, lines = 0.0, []
        for name, time in self.times.items():
            sizes = task_sizes(tasks[name], self.sizes)
            work = kernel_cost(tasks[name].kernel, sizes).flops * time.turns
            flops += work
            lines.append(f"  {_speed(time.seconds, work)}  {name}")
        return "\n".join([f"{_speed(total, flops)}  {self.program.graph.name}, a step:", *lines])


def _time(rows: Array, steps: int, threads: int) -> KernelTime:
    """A kernel's time, by the first worker's clock; `rows` has a row for each worker."""
    busiest = max(int(rows[:, OWN].max()), 1)
    return KernelTime(
        seconds=max(int(rows[0, WHOLE]), 1) / ticks_per_second() / steps,
        turns=int(rows[0, TURNS]) / steps,
        balance=float(rows[:, OWN].mean()) / busiest,
        threads=threads,
    )


def _speed(seconds: float, flops: float) -> str:
    return f"{seconds * 1e6:10.1f} us {flops / seconds / 1e9:8.1f} GFLOP/s"

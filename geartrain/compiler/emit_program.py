"""Emit the program itself: steps, stages, barriers between them, and loops around stages.

    define void @program(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier) {
      for step in range(steps):
          k0(tid, nthreads, context, step)              stage 0
          barrier
          for turn0 in range(200):                      a scan: stages 1 and 2, again and again
              k1_scan_k0(..., turn0);  barrier
              k1_scan_k1(..., turn0);  barrier
          ...

Every worker runs the same program. The condition of a `while_loop` is computed by its kernels;
after the barrier that follows them every worker reads it, and all read the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geartrain.compiler.buffers import Buffer
from geartrain.compiler.ir import Builder, Value, integer
from geartrain.compiler.layout import Layout
from geartrain.compiler.memory import turn_of
from geartrain.compiler.schedule import Schedule, Task, Turns
from geartrain.compiler.timer import Timer
from geartrain.tensor.dtypes import BOOL, INT64

PROGRAM_ARGUMENTS = "(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier)"


def kernel_arguments(depth: int) -> str:
    """The arguments of every kernel of a schedule with loops of this depth."""
    turns = (f", {turn_of(level)}" for level in range(depth))
    return f"(i64 %tid, i64 %nthreads, ptr %context, i64 %step{''.join(turns)})"


def emit_program(schedule: Schedule, layout: Layout) -> str:
    """The function that runs a schedule, as often as slot 0 of the context says."""
    writer = _ProgramWriter(schedule, layout)
    writer.write_steps(lambda: writer.write_stages(0, len(schedule.stages) - 1, ()))
    return writer.builder.function(f"void @program{PROGRAM_ARGUMENTS}")


def emit_profile(schedule: Schedule, layout: Layout, architecture: str) -> str:
    """The same with clocks around the kernels: `profile`; the layout's last slot is the table's."""
    writer = _ProgramWriter(schedule, layout, architecture)
    writer.write_steps(lambda: writer.write_stages(0, len(schedule.stages) - 1, ()))
    return writer.builder.function(f"void @profile{PROGRAM_ARGUMENTS}")


class _ProgramWriter:
    def __init__(self, schedule: Schedule, layout: Layout, timed_on: str = "") -> None:
        self.builder = Builder()
        self.timer = None
        if timed_on:
            names = [task.kernel.name for stage in schedule.stages for task in stage]
            self.timer = Timer(self.builder, layout.count - 1, names, timed_on)
        self.schedule = schedule
        self.layout = layout
        self.step = integer(0)

    def write_steps(self, body: Callable[[], None]) -> None:
        """Write the loop over the steps of a call."""
        steps = self.builder.load("%context", INT64)

        def step(number: Value, carried: list[Value]) -> list[Value]:
            self.step = number
            body()
            return carried

        self.builder.loop(integer(0), steps, integer(1), [], step)

    def write_stages(self, first: int, last: int, turns: tuple[Value, ...]) -> None:
        """Write these stages; `turns` says where the loops around them are."""
        stage = first
        while stage <= last:
            loop = self._loop_at(stage, len(turns))
            if loop is None:
                self.write_stage(self.schedule.stages[stage], turns)
                stage += 1
            else:
                self._write_loop(loop, turns)
                stage = loop.last + 1

    def _loop_at(self, stage: int, level: int) -> Turns | None:
        loops = self.schedule.loops
        return next((each for each in loops if each.first == stage and each.level == level), None)

    def write_stage(self, tasks: Sequence[Task], turns: tuple[Value, ...]) -> None:
        """Write the calls of a stage's kernels, and the barrier."""
        missing = (integer(0),) * (self.schedule.depth - len(turns))
        values = ", ".join(map(str, (self.step, *turns, *missing)))
        barrier = "call void @geartrain_barrier(ptr %barrier, i64 %nthreads)"
        for task in tasks:
            arguments = f"i64 %tid, i64 %nthreads, ptr %context, {values}"
            call = f"call void @{task.kernel.name}({arguments})"
            if self.timer is None:
                self.builder.do(call)
            else:
                self.timer.around(task.kernel.name, call, barrier)
        self.builder.do(barrier)

    def _write_loop(self, loop: Turns, turns: tuple[Value, ...]) -> None:
        goes_on = loop.goes_on
        if goes_on is not None:
            self._write_while(loop, goes_on, turns)
            return
        last = integer((loop.length or 0) - 1)

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            at = self.builder.binary("sub", last, number) if loop.reverse else number
            self.write_stages(loop.first, loop.last, (*turns, at))
            return carried

        self.builder.loop(integer(0), integer(loop.length or 0), integer(1), [], turn)

    def _write_while(self, loop: Turns, goes_on: Buffer, turns: tuple[Value, ...]) -> None:
        def test(turn: Value) -> Value:
            self.write_stages(loop.first, loop.body - 1, (*turns, turn))
            slot = self.builder.pointer("%context", INT64, integer(self.layout.buffer(goes_on)))
            address = self.builder.emit(f"load ptr, ptr {slot}, align 8", INT64).text
            found = self.builder.load(address, BOOL)
            if loop.length is None:
                return found
            within = self.builder.compare("icmp slt", turn, integer(loop.length))
            return self.builder.binary("and", within, found)

        def body(turn: Value) -> None:
            self.write_stages(loop.body, loop.last, (*turns, turn))

        self.builder.repeat(test, body)

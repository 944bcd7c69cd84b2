"""Emit the program itself: steps, stages, barriers between them, and loops around stages.

    define void @program(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier) {
      for step in range(steps):
          k0(tid, nthreads, context, step)              stage 0
          barrier
          for turn0 in range(200):                      a scan: stages 1 and 2, again and again
              k1_scan_k0(..., turn0);  barrier          (no barrier where workers have own rows)
              k1_scan_k1(..., turn0);  barrier
          ...

Every worker runs the same program. The condition of a `while_loop` is computed by its kernels;
after the barrier that follows them every worker reads it, and all read the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geartrain.compiler.emission.memory import turn_of
from geartrain.compiler.emission.sharing import share_of
from geartrain.compiler.emission.timer import Timer
from geartrain.compiler.form.buffers import Buffer
from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.compiler.planning.layout import Layout
from geartrain.compiler.planning.schedule import Schedule, Task, Turns
from geartrain.tensor import Dim, Size
from geartrain.tensor.dtypes import BOOL, INT64

Rows = tuple[Value, Value]  # the first, and how many
BARRIER = "call void @geartrain_barrier(ptr %barrier, i64 %nthreads)"
PROGRAM_ARGUMENTS = "(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier)"


OWN_ARGUMENTS = ", i64 %worker, i64 %first, i64 %rows"


def kernel_arguments(task: Task, depth: int) -> str:
    """The arguments of a kernel of a schedule with loops of this depth.

    One that runs on a worker's own rows is told that it is the only worker, and which rows it has.
    """
    turns = "".join(f", {turn_of(level)}" for level in range(depth))
    own = OWN_ARGUMENTS if task.own is not None else ""
    return f"(i64 %tid, i64 %nthreads, ptr %context, i64 %step{turns}{own})"


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

    def share(self, extent: Size) -> Rows:
        """The first of this worker's rows, and how many it has."""
        whole = integer(extent) if isinstance(extent, int) else self._size(extent)
        first, end = share_of(self.builder, [whole])
        return first, self.builder.binary("sub", end, first)

    def _size(self, size: Dim) -> Value:
        slot = integer(self.layout.symbol(size.name))
        number = self.builder.load(self.builder.pointer("%context", INT64, slot), INT64)
        return self.builder.multiply(number, integer(size.scale))

    def write_stages(
        self, first: int, last: int, turns: tuple[Value, ...], rows: Rows | None = None
    ) -> None:
        """Write these stages; `turns` says where the loops around them are."""
        stage = first
        while stage <= last:
            loop = self._loop_at(stage, len(turns))
            if loop is None:
                self.write_stage(self.schedule.stages[stage], turns, rows)
                stage += 1
            else:
                self._write_loop(loop, turns)
                stage = loop.last + 1

    def _loop_at(self, stage: int, level: int) -> Turns | None:
        loops = self.schedule.loops
        return next((each for each in loops if each.first == stage and each.level == level), None)

    def write_stage(
        self, tasks: Sequence[Task], turns: tuple[Value, ...], rows: Rows | None = None
    ) -> None:
        """Write the calls of a stage's kernels, and the barrier, unless workers have own rows."""
        missing = (integer(0),) * (self.schedule.depth - len(turns))
        values = ", ".join(map(str, (self.step, *turns, *missing)))
        for task in tasks:
            arguments = f"i64 %tid, i64 %nthreads, ptr %context, {values}"
            if rows is not None:
                own = f"i64 %tid, {rows[0]}, {rows[1]}"
                arguments = f"i64 0, i64 1, ptr %context, {values}, {own}"
            call = f"call void @{task.kernel.name}({arguments})"
            if self.timer is None:
                self.builder.do(call)
            else:
                self.timer.around(task.kernel.name, call, BARRIER)
        if rows is None:
            self.write_barrier()

    def write_barrier(self) -> None:
        """Write a barrier: all workers wait for each other."""
        self.builder.do(BARRIER)

    def _write_loop(self, loop: Turns, turns: tuple[Value, ...]) -> None:
        goes_on = loop.goes_on
        if goes_on is not None:
            self._write_while(loop, goes_on, turns)
            return
        if loop.own is None:
            self._write_turns(loop, turns, None)
            return
        rows = self.share(loop.own)
        some = self.builder.compare("icmp sgt", rows[1], integer(0))
        self.builder.when(some, lambda: self._write_turns(loop, turns, rows))
        self.write_barrier()

    def _write_turns(self, loop: Turns, turns: tuple[Value, ...], rows: Rows | None) -> None:
        last = integer((loop.length or 0) - 1)

        def turn(number: Value, carried: list[Value]) -> list[Value]:
            at = self.builder.binary("sub", last, number) if loop.reverse else number
            self.write_stages(loop.first, loop.last, (*turns, at), rows)
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

"""Timer: a program that measures itself, kernel by kernel, while it runs.

    define void @profile(...) {
      for step in range(steps):
          start = clock();  k0(tid, ...);  own = clock();  barrier;  end = clock()
          table[tid][0] += end - start, own - start, 1
          ...

It is the program of `emit_program.py` with a clock around each kernel, and a barrier after each.
The kernels run in their order on their own data, so what one leaves in the caches the next one
finds there. Each worker has its row of the table: the ticks of each kernel with the wait for the
other workers and without, and how often it ran.
"""

from __future__ import annotations

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, integer
from geartrain.runtime.probes import clock_call
from geartrain.tensor.dtypes import INT64

WHOLE, OWN, TURNS = range(3)  # what the table has of each kernel
COLUMNS = 3


class Timer:
    """Writes the clocks around the kernels of a program."""

    def __init__(self, builder: Builder, slot: int, names: list[str], architecture: str) -> None:
        self.builder = builder
        self.names = names
        self.clock_call = clock_call(architecture)
        address = builder.pointer("%context", INT64, integer(slot))
        table = builder.emit(f"load ptr, ptr {address}, align 8", INT64).text
        row = builder.multiply(Value("%tid", INT64), integer(COLUMNS * len(names)))
        self.row = builder.pointer(table, INT64, row)

    def around(self, name: str, call: str, barrier: str) -> None:
        """Write a kernel's call, then the barrier, and what both took."""
        start = self._clock()
        self.builder.do(call)
        own = self._clock()
        self.builder.do(barrier)
        end = self._clock()
        column = COLUMNS * self.names.index(name)
        self._add(column + WHOLE, self.builder.binary("sub", end, start))
        self._add(column + OWN, self.builder.binary("sub", own, start))
        self._add(column + TURNS, integer(1))

    def _clock(self) -> Value:
        return self.builder.emit(self.clock_call, INT64)

    def _add(self, column: int, amount: Value) -> None:
        address = self.builder.pointer(self.row, INT64, integer(column))
        total = self.builder.binary("add", self.builder.load(address, INT64), amount)
        self.builder.do(f"store {total}, ptr {address}, align 8")

"""Compiled jobs for the tests of the pool, and the memory that they work on."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

from geartrain.runtime import pool
from geartrain.runtime.machine_code import LoadedCode, load
from geartrain.runtime.pool_ir import barrier_ir

# Each round every thread writes its counter, meets the others, sums all counters, and notes a
# mistake if one hasn't been written yet or has been written twice. The counters are plain
# memory: without the barrier's ordering the sums would be wrong.
MEET = """
define void @meet(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier) {
entry:
  %rounds = load i64, ptr %context, align 8
  %counters = getelementptr i64, ptr %context, i64 1
  %mistakes = getelementptr i64, ptr %context, i64 65
  %own = getelementptr i64, ptr %counters, i64 %tid
  %own_mistakes = getelementptr i64, ptr %mistakes, i64 %tid
  br label %round
round:
  %number = phi i64 [0, %entry], [%next_number, %judge]
  %next_number = add i64 %number, 1
  %written = load i64, ptr %own, align 8
  %counted = add i64 %written, 1
  store i64 %counted, ptr %own, align 8
  call void @geartrain_barrier(ptr %barrier, i64 %nthreads)
  br label %sum
sum:
  %other = phi i64 [0, %round], [%next_other, %sum]
  %total = phi i64 [0, %round], [%next_total, %sum]
  %slot = getelementptr i64, ptr %counters, i64 %other
  %count = load i64, ptr %slot, align 8
  %next_total = add i64 %total, %count
  %next_other = add i64 %other, 1
  %more_others = icmp ult i64 %next_other, %nthreads
  br i1 %more_others, label %sum, label %judge
judge:
  %expected = mul i64 %counted, %nthreads
  %wrong = icmp ne i64 %next_total, %expected
  %mistake = zext i1 %wrong to i64
  %before = load i64, ptr %own_mistakes, align 8
  %after = add i64 %before, %mistake
  store i64 %after, ptr %own_mistakes, align 8
  call void @geartrain_barrier(ptr %barrier, i64 %nthreads)
  %more = icmp ult i64 %next_number, %rounds
  br i1 %more, label %round, label %done
done:
  ret void
}

define void @spin(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier) {
entry:
  %rounds = load i64, ptr %context, align 8
  br label %loop
loop:
  %number = phi i64 [0, %entry], [%next, %loop]
  %seen = load volatile i64, ptr %context, align 8
  %next = add i64 %number, 1
  %more = icmp ult i64 %next, %rounds
  br i1 %more, label %loop, label %done
done:
  %counters = getelementptr i64, ptr %context, i64 1
  %own = getelementptr i64, ptr %counters, i64 %tid
  store i64 %nthreads, ptr %own, align 8
  ret void
}
"""

MAX_THREADS = 64


class _Memory(ctypes.Structure):
    _fields_ = (
        ("rounds", ctypes.c_int64),
        ("counters", ctypes.c_int64 * MAX_THREADS),
        ("mistakes", ctypes.c_int64 * MAX_THREADS),
    )


@dataclass
class Job:
    """The memory of one job."""

    rounds: int
    memory: _Memory = field(default_factory=_Memory)

    def __post_init__(self) -> None:
        self.memory.rounds = self.rounds

    @property
    def address(self) -> int:
        return ctypes.addressof(self.memory)

    @property
    def counters(self) -> list[int]:
        """By thread, as far as threads have written."""
        return [count for count in self.memory.counters if count]

    @property
    def mistakes(self) -> int:
        return sum(self.memory.mistakes)


def load_jobs(portable: bool = False) -> LoadedCode:
    """`meet` and `spin`, with the barrier."""
    return load(MEET + barrier_ir(portable))


def run_job(function_address: int, rounds: int, threads: int) -> Job:
    """Run a job on memory of its own, which lives until the job has ended."""
    job = Job(rounds)
    pool.run(function_address, job.address, threads)
    return job

"""What this machine reaches: multiply-adds per second, and the price of a job and of a barrier.

    peak_gflops(threads=1)       # 117.3
    dispatch_us(threads=2)       # 1.5
    barrier_ns(threads=2)        # 73.0

Each runs a small compiled function and takes the best of several, because whatever else runs on
the machine can only make it slower. `python -m geartrain doctor` prints them.
"""

from __future__ import annotations

import ctypes
import statistics
import time
from functools import cache

from geartrain.runtime import pool
from geartrain.runtime.cpu import Cpu, host_cpu
from geartrain.runtime.machine_code import LoadedCode, load
from geartrain.runtime.pool_ir import barrier_ir

REPETITIONS = 10


def peak_gflops(threads: int = 1, seconds: float = 0.002) -> float:
    """The most float32 multiply-adds per second, in 10^9 operations, two for each multiply-add."""
    cpu = host_cpu()
    address = _code().address("multiply_adds")
    rounds = 1000
    flops = 2 * _accumulators(cpu) * _lanes(cpu) * threads
    elapsed = _fastest_s(address, rounds, threads)
    rounds = max(rounds, int(rounds * seconds / elapsed))
    return flops * rounds / _fastest_s(address, rounds, threads) / 1e9


def dispatch_us(threads: int, jobs: int = 2000) -> float:
    """The time from calling `pool.run` with an empty job to its return: the median."""
    address = _code().address("nothing")
    return statistics.median(_elapsed_s(address, 0, threads) for _ in range(jobs)) * 1e6


def barrier_ns(threads: int, barriers: int = 1000) -> float:
    """The time of one barrier in a job of many."""
    elapsed = _fastest_s(_code().address("barriers"), barriers, threads)
    return elapsed / barriers * 1e9


def _fastest_s(address: int, rounds: int, threads: int) -> float:
    return min(_elapsed_s(address, rounds, threads) for _ in range(REPETITIONS))


def _elapsed_s(address: int, rounds: int, threads: int) -> float:
    count = ctypes.c_int64(rounds)
    start = time.perf_counter()
    pool.run(address, ctypes.addressof(count), threads)
    return time.perf_counter() - start


@cache
def _code() -> LoadedCode:
    return load(_probe_ir(host_cpu()))


def _lanes(cpu: Cpu) -> int:
    return cpu.vector_bits // 32


def _accumulators(cpu: Cpu) -> int:
    """As many sums as there are registers, less the factors': far more than hide the latency."""
    return cpu.vector_registers - 4


def _probe_ir(cpu: Cpu) -> str:
    return "\n".join([_NOTHING, _BARRIERS, _multiply_adds_ir(cpu), barrier_ir()])


def _multiply_adds_ir(cpu: Cpu) -> str:
    """IR of `rounds` times `sum[i] = sum[i] * factor + addend` on independent vectors."""
    vector = f"<{_lanes(cpu)} x float>"
    multiply_add = f"@llvm.fmuladd.v{_lanes(cpu)}f32"
    sums = range(_accumulators(cpu))
    phis = [f"  %s{i} = phi {vector} [%seed, %entry], [%n{i}, %loop]" for i in sums]
    steps = [
        f"  %n{i} = call {vector} {multiply_add}"
        f"({vector} %s{i}, {vector} %factor, {vector} %factor)"
        for i in sums
    ]
    # Volatile: else LLVM would drop sums that nobody reads, or work out numbers that it knows.
    uses = [f"  store volatile {vector} %n{i}, ptr %slot" for i in sums]
    return _MULTIPLY_ADDS.format(
        vector=vector,
        multiply_add=multiply_add,
        phis="\n".join(phis),
        steps="\n".join(steps),
        uses="\n".join(uses),
    )


_NOTHING = """
define void @nothing(i64 %tid, i64 %nthreads, ptr %rounds, ptr %barrier) {
  ret void
}
"""

_BARRIERS = """
define void @barriers(i64 %tid, i64 %nthreads, ptr %rounds, ptr %barrier) {
entry:
  %count = load i64, ptr %rounds, align 8
  br label %loop
loop:
  %round = phi i64 [0, %entry], [%next, %loop]
  call void @geartrain_barrier(ptr %barrier, i64 %nthreads)
  %next = add i64 %round, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
}
"""

# The factor is read back from memory as 0.5: the sums stay at 1, never denormal.
_MULTIPLY_ADDS = """
declare {vector} {multiply_add}({vector}, {vector}, {vector})

define void @multiply_adds(i64 %tid, i64 %nthreads, ptr %rounds, ptr %barrier) {{
entry:
  %slot = alloca {vector}
  store volatile {vector} splat (float 1.0), ptr %slot
  %seed = load volatile {vector}, ptr %slot
  store volatile {vector} splat (float 0.5), ptr %slot
  %factor = load volatile {vector}, ptr %slot
  %count = load i64, ptr %rounds, align 8
  br label %loop
loop:
  %round = phi i64 [0, %entry], [%next, %loop]
{phis}
{steps}
  %next = add i64 %round, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done
done:
{uses}
  ret void
}}
"""

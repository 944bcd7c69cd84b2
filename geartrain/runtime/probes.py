"""What this machine reaches: multiply-adds and bytes per second, the price of a job, of a barrier.

    peak_gflops(threads=1)       # 117.3
    bandwidth_gb_s(threads=1)    # 14.2
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

import numpy as np

from geartrain.runtime import pool
from geartrain.runtime.cpu import Cpu, host_cpu
from geartrain.runtime.machine_code import LoadedCode, load
from geartrain.runtime.pool_ir import barrier_ir

REPETITIONS = 10
SWEEP_BYTES = 48 << 20  # of each of three arrays: more than a core's share of any cache
CLOCK_SECONDS = 0.01


def peak_gflops(threads: int = 1, seconds: float = 0.002) -> float:
    """The most float32 multiply-adds per second, in 10^9 operations, two for each multiply-add."""
    cpu = host_cpu()
    address = _code().address("multiply_adds")
    rounds = 1000
    flops = 2 * _accumulators(cpu) * _lanes(cpu) * threads
    elapsed = _fastest_s(address, rounds, threads)
    rounds = max(rounds, int(rounds * seconds / elapsed))
    return flops * rounds / _fastest_s(address, rounds, threads) / 1e9


@cache
def measured_peak_gflops(threads: int) -> float:
    """`peak_gflops`, measured once."""
    return peak_gflops(threads)


@cache
def bandwidth_gb_s(threads: int = 1) -> float:
    """What `c[i] = a[i] + 2 b[i]` moves of arrays beyond the caches, in 10^9 bytes per second.

    It is measured once. Every element is loaded or stored once and counted so, as by the triad of
    STREAM (J. McCalpin, "Memory bandwidth and machine balance", 1995).
    """
    arrays = [np.ones(SWEEP_BYTES // 8) for _ in range(3)]
    context = np.array([SWEEP_BYTES // 64, *(each.ctypes.data for each in arrays)])
    address = _code().address("sweep")
    times = (_run_s(address, context.ctypes.data, threads) for _ in range(REPETITIONS))
    return 3 * SWEEP_BYTES / min(times) / 1e9


@cache
def ticks_per_second() -> float:
    """How fast the clock of `clock_call` runs; measured once, in 10 ms."""
    (first, start), (last, end) = _tick(), _later_tick()
    return (last - first) / (end - start)


def _tick() -> tuple[int, float]:
    ticks = ctypes.c_int64()
    pool.run(_code().address("tick"), ctypes.addressof(ticks), 1)
    return ticks.value, time.perf_counter()


def _later_tick() -> tuple[int, float]:
    time.sleep(CLOCK_SECONDS)
    return _tick()


def clock_call(architecture: str) -> str:
    """The call that reads a processor's clock, of steady pace on x86 and on AArch64."""
    return f"call i64 @llvm.{_clock(architecture)}()"


def clock_declaration(architecture: str) -> str:
    """The declaration that `clock_call` needs."""
    return f"declare i64 @llvm.{_clock(architecture)}()"


def _clock(architecture: str) -> str:
    # AArch64's cycle counter is the system's own; its steady counter is everybody's.
    is_arm = architecture in ("aarch64", "arm64")
    return "readsteadycounter" if is_arm else "readcyclecounter"


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
    return _run_s(address, ctypes.addressof(count), threads)


def _run_s(address: int, context_address: int, threads: int) -> float:
    start = time.perf_counter()
    pool.run(address, context_address, threads)
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
    parts = [_NOTHING, _BARRIERS, _SWEEP, _tick_ir(cpu), _multiply_adds_ir(cpu), barrier_ir()]
    return "\n".join(parts)


def _tick_ir(cpu: Cpu) -> str:
    call, declaration = clock_call(cpu.architecture), clock_declaration(cpu.architecture)
    return _TICK.format(call=call, declaration=declaration)


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

_TICK = """
{declaration}

define void @tick(i64 %tid, i64 %nthreads, ptr %ticks, ptr %barrier) {{
  %now = {call}
  store i64 %now, ptr %ticks, align 8
  ret void
}}
"""

# The context: the number of lines of 64 bytes, then the addresses of a, b and c.
_SWEEP = """
define void @sweep(i64 %tid, i64 %nthreads, ptr %context, ptr %barrier) {
entry:
  %lines = load i64, ptr %context, align 8
  %a.slot = getelementptr i64, ptr %context, i64 1
  %b.slot = getelementptr i64, ptr %context, i64 2
  %c.slot = getelementptr i64, ptr %context, i64 3
  %a = load ptr, ptr %a.slot, align 8
  %b = load ptr, ptr %b.slot, align 8
  %c = load ptr, ptr %c.slot, align 8
  %next.tid = add i64 %tid, 1
  %first.part = mul i64 %lines, %tid
  %last.part = mul i64 %lines, %next.tid
  %first = sdiv i64 %first.part, %nthreads
  %last = sdiv i64 %last.part, %nthreads
  br label %head
head:
  %line = phi i64 [%first, %entry], [%next, %body]
  %more = icmp slt i64 %line, %last
  br i1 %more, label %body, label %done
body:
  %a.at = getelementptr <8 x double>, ptr %a, i64 %line
  %b.at = getelementptr <8 x double>, ptr %b, i64 %line
  %c.at = getelementptr <8 x double>, ptr %c, i64 %line
  %a.now = load <8 x double>, ptr %a.at, align 8
  %b.now = load <8 x double>, ptr %b.at, align 8
  %twice = fadd <8 x double> %b.now, %b.now
  %sum = fadd <8 x double> %a.now, %twice
  store <8 x double> %sum, ptr %c.at, align 8
  %next = add i64 %line, 1
  br label %head
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

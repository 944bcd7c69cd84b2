"""Clocks and the memory gauge that every job uses, so that all are measured alike."""

from __future__ import annotations

import os
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")
RESET_PEAK = "5"  # proc(5): sets VmHWM to what is resident now
FEWEST_CALLS = 30


def since_launch_s() -> float:
    """Seconds since the runner launched this process (the monotonic clock is one for all)."""
    return (time.monotonic_ns() - int(os.environ["BENCH_STARTED_NS"])) / 1e9


def peak_memory_bytes() -> int:
    """The most memory that this process has held resident.

    `VmHWM` where there is a /proc: unlike `ru_maxrss`, a child does not inherit it on Linux.
    """
    if STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
        if found:
            return int(found[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class MemoryGauge:
    """The peak of the whole process, and that of its part after `mark`."""

    def __init__(self) -> None:
        self._before_mark = 0
        self._marked = False

    def mark(self) -> None:
        """Begin the second part, where the system lets the high-water mark be lowered."""
        self._before_mark = peak_memory_bytes()
        try:
            CLEAR.write_text(RESET_PEAK)
            self._marked = True
        except OSError:
            pass

    def figures(self) -> dict[str, int]:
        """`peak_memory_bytes`, and `fit_peak_memory_bytes` where the second part has its own."""
        now = peak_memory_bytes()
        second = {"fit_peak_memory_bytes": now} if self._marked else {}
        return {"peak_memory_bytes": max(now, self._before_mark), **second}


def median_call_s(call: Callable[[], object], *, seconds: float, warm_up: int = 20) -> float:
    """The median time of one call, of all that fit into `seconds` (but `FEWEST_CALLS`)."""
    for _ in range(warm_up):
        call()
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < FEWEST_CALLS or time.perf_counter() < until:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def best_call_s(call: Callable[[], object], *, seconds: float) -> float:
    """The shortest time of one call, of all that fit into `seconds` (but two), once warm."""
    call()
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < 2 or time.perf_counter() < until:
        times.append(elapsed_s(call))
    return min(times)


def steady_epoch_s(fit: Callable[[int], object], *, seconds: float, repeats: int = 3) -> float:
    """Seconds an epoch of `fit(epochs)` once warm: the best of `repeats` long calls.

    A first call compiles; a second tells how many epochs last `seconds`, so that what a call of
    `fit` costs by itself is spread over many epochs.
    """
    fit(2)
    epochs = max(10, round(seconds / (elapsed_s(lambda: fit(10)) / 10)))
    return min(elapsed_s(lambda: fit(epochs)) for _ in range(repeats)) / epochs


def elapsed_s(call: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start

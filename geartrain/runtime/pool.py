"""Worker threads for compiled functions.

    run(code.address("step"), context_address)        # on get_num_threads() threads
    run(code.address("step"), context_address, 2)     # on two

`run` calls `void f(i64 tid, i64 nthreads, ptr context, ptr barrier)` once on each thread, with
the calling thread as number 0, and returns when all have returned. The workers are Python threads
that spend their life in one call of compiled code (`pool_ir`), entered through `ctypes`, which
releases the GIL: between jobs they spin for `SPIN_US`, then sleep on a futex.

Measured on 2 virtual Zen 4 cores by `python -m geartrain doctor`: an empty job takes 1.2 us on one
thread (no pool) and 1.5 us on two, a barrier between two 78 ns. A worker that has fallen asleep
takes some 30 us to wake. With 7 threads on the 2 cores a barrier takes 24 us.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import threading
import time
from collections.abc import Callable
from functools import cache, lru_cache

from geartrain.errors import explain
from geartrain.runtime.cpu import usable_cores
from geartrain.settings import MAX_THREADS, settings

# As long as waking a sleeper takes: then waiting never costs more than twice the best choice. On
# 2 virtual Zen 4 cores, stages of 50 us on one thread and 75 us on the other took, in us each,
#     spinning at most    0    10    30   100  1000 us
#     idle machine      100    98    71    71    71
#     two busy others   236   137   157   231  1080
SPIN_US = 30.0
CLOSING_S = 5.0

_JOB = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
_DISPATCH = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32
)
_WORKER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)
_SPIN = ctypes.CFUNCTYPE(None, ctypes.c_int64)


class _Native:
    """The pool's compiled functions."""

    def __init__(self, portable: bool = False) -> None:
        from geartrain.runtime.machine_code import load
        from geartrain.runtime.pool_ir import pool_ir

        self._code = load(pool_ir(portable))
        self.dispatch = _DISPATCH(self._code.address("geartrain_dispatch"))
        self.worker = _WORKER(self._code.address("geartrain_worker"))
        self.spin = _SPIN(self._code.address("geartrain_spin"))
        self.spins = self._turns_in(SPIN_US)

    def _turns_in(self, duration_us: float, turns: int = 1000) -> int:
        """How many turns of the spin loop a time holds: a pause takes 10 to 140 cycles."""
        fastest_ns = min(self._time_ns(turns) for _ in range(5))
        return max(1, int(duration_us * 1000 * turns / fastest_ns))

    def _time_ns(self, turns: int) -> int:
        start_ns = time.perf_counter_ns()
        self.spin(turns)
        return max(1, time.perf_counter_ns() - start_ns)


@cache
def _native() -> _Native:
    return _Native()


class _Pool:
    """Parked workers and the memory through which they are given jobs."""

    def __init__(self, native: _Native) -> None:
        from geartrain.runtime.pool_ir import LINE, STATE_BYTES

        self._native = native
        self._memory = ctypes.create_string_buffer(STATE_BYTES + LINE)
        self._state = -(-ctypes.addressof(self._memory) // LINE) * LINE
        self._workers: list[threading.Thread] = []
        self._cores = usable_cores()

    def hire(self, workers: int) -> None:
        """Start workers until there are so many."""
        while len(self._workers) < workers:
            number = len(self._workers) + 1
            name = f"geartrain-{number}"
            worker = threading.Thread(target=self._work, args=(number,), name=name, daemon=True)
            worker.start()
            self._workers.append(worker)

    def run(self, function_address: int, context_address: int, threads: int) -> None:
        """Run a job on the calling thread and on `threads - 1` workers."""
        # With more threads than cores, who spins keeps the core from whom it waits for.
        spins = self._native.spins if threads <= self._cores else 0
        self._native.dispatch(self._state, function_address, context_address, threads, spins)

    def dismiss(self) -> None:
        """Tell the workers to end, and one who may have been started but isn't counted yet."""
        self._native.dispatch(self._state, None, None, len(self._workers) + 2, 0)

    def join(self) -> None:
        """Wait until the workers have ended."""
        for worker in self._workers:
            worker.join()

    def _work(self, number: int) -> None:
        _here.running = True
        self._native.worker(self._state, number)


class _Here(threading.local):
    """Whether this thread is inside a job, so that a job's host call may itself call `run`."""

    running = False


class _Shared:
    """The process's one pool, who may use it, and the number of threads asked for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pool: _Pool | None = None
        self.threads: int | None = None
        self.closed = False


_here = _Here()
_shared = _Shared()


def run(function_address: int, context_address: int, threads: int | None = None) -> None:
    """Call a compiled function on several threads at once, and return when all have finished.

    Calls from several Python threads are served one after the other. A call from inside a job,
    and one after the interpreter has begun to exit, runs on the calling thread alone.

    Args:
        function_address: of a `void f(i64 tid, i64 nthreads, ptr context, ptr barrier)`.
        context_address: handed to every thread.
        threads: how many; None for `get_num_threads()`.

    Raises:
        ValueError: `threads` is not in 1..1024, or the address is 0.
    """
    count = get_num_threads() if threads is None else _checked(threads, "pool.run")
    if not function_address:
        raise ValueError("pool.run was given a function at address 0")
    if _here.running:
        _function(function_address)(0, 1, context_address, None)
        return
    with _shared.lock:
        try:
            _here.running = True
            _run_locked(function_address, context_address, count)
        finally:
            _here.running = False


def stay_in_thread() -> None:
    """Let all that this Python thread calls run in it alone, beside what others call meanwhile."""
    _here.running = True


def _run_locked(function_address: int, context_address: int, threads: int) -> None:
    if threads == 1 or _shared.closed:
        _function(function_address)(0, 1, context_address, None)
    else:
        _pool_of(threads).run(function_address, context_address, threads)


def _pool_of(threads: int) -> _Pool:
    """The process's pool, with workers enough for a job on so many threads."""
    pool = _shared.pool or _Pool(_native())
    _shared.pool = None
    try:
        pool.hire(threads - 1)
    except BaseException:  # no more threads to be had, or Ctrl-C: it isn't known how many started
        pool.dismiss()
        raise
    _shared.pool = pool
    return pool


@lru_cache(maxsize=256)
def _function(address: int) -> Callable[[int, int, int, int | None], None]:
    return _JOB(address)


def get_num_threads() -> int:
    """How many threads compiled functions run on.

    The number last given to `set_num_threads`, else `GEARTRAIN_THREADS`, else the usable cores.
    """
    return _shared.threads or settings.threads or _default_threads()


def set_num_threads(threads: int | None) -> None:
    """Run compiled functions on so many threads; None goes back to the default.

    The numbers computed don't depend on it: results are the same bits for any number of threads.

    Raises:
        ValueError: `threads` is not in 1..1024.
    """
    _shared.threads = None if threads is None else _checked(threads, "set_num_threads")


@cache
def _default_threads() -> int:
    return min(usable_cores(), MAX_THREADS)


def _checked(threads: int, where: str) -> int:
    if isinstance(threads, int) and threads is not True and 1 <= threads <= MAX_THREADS:
        return threads
    raise ValueError(
        explain(
            f"{where} can't use this number of threads",
            given=repr(threads),
            expected=f"an integer from 1 to {MAX_THREADS}",
            remedy=f"geartrain.runtime.set_num_threads({usable_cores()})",
        )
    )


def _close() -> None:
    """Before the interpreter ends: the workers leave compiled code while it still stands.

    A daemon thread may be amid a job that never ends; the process then ends around it.
    """
    _shared.closed = True
    if not _shared.lock.acquire(timeout=CLOSING_S):
        return
    try:
        if _shared.pool is not None:
            _shared.pool.dismiss()
            _shared.pool.join()
            _shared.pool = None
    finally:
        _shared.lock.release()


def _after_fork() -> None:
    """In a forked child: the workers are gone and the lock may be held by a thread that is gone."""
    global _here  # noqa: PLW0603  (the child has a life of its own)
    _here = _Here()
    _shared.lock = threading.Lock()
    _shared.pool = None


atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

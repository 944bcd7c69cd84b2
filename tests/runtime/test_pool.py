"""The worker threads: all meet at each barrier, jobs don't mix, and the process ends cleanly."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from geartrain.runtime import get_num_threads, pool, set_num_threads
from tests.runtime.jobs import Job, load_jobs

ROOT = Path(__file__).parents[2]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

PRELUDE = """
from geartrain.runtime import pool
from tests.runtime.jobs import Job, load_jobs, run_job

code = load_jobs()
meet, spin = code.address("meet"), code.address("spin")
"""


def run_script(script: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own; it must end within a minute."""
    command = [sys.executable, *options, "-c", PRELUDE + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)


@pytest.mark.parametrize(("threads", "rounds"), [(1, 2000), (2, 5000), (3, 500), (7, 300)])
def test_nobody_passes_a_barrier_before_all_have_come(threads: int, rounds: int) -> None:
    code, job = load_jobs(), Job(rounds)
    pool.run(code.address("meet"), job.address, threads)
    assert job.counters == [rounds] * threads
    assert job.mistakes == 0


def test_jobs_of_changing_width_do_not_mix() -> None:
    code = load_jobs()
    for turn in range(300):
        threads = (2, 7, 1, 3, 5)[turn % 5]
        job = Job(rounds=2)
        pool.run(code.address("meet"), job.address, threads)
        assert (job.counters, job.mistakes) == ([2] * threads, 0)


@pytest.mark.parametrize("threads", [2, 7])
def test_without_a_futex(threads: int) -> None:
    code, job = load_jobs(portable=True), Job(rounds=50)
    polling = pool._Pool(pool._Native(portable=True))
    polling.hire(threads - 1)
    for _ in range(2):
        polling.run(code.address("meet"), job.address, threads)
    polling.dismiss()
    polling.join()
    assert (job.counters, job.mistakes) == ([100] * threads, 0)


def test_python_threads_are_served_one_after_the_other() -> None:
    code = load_jobs()
    jobs = [Job(rounds=20) for _ in range(4)]

    def train(job: Job) -> None:
        for _ in range(10):
            pool.run(code.address("meet"), job.address, 3)

    callers = [threading.Thread(target=train, args=(job,)) for job in jobs]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert [(job.counters, job.mistakes) for job in jobs] == [([200] * 3, 0)] * 4


def test_a_job_may_call_back_into_python_that_runs_a_job() -> None:
    code, inner = load_jobs(), Job(rounds=5)
    kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
    called = []

    def host_call(tid: int, nthreads: int, context: int, barrier: int) -> None:
        if tid == nthreads - 1:
            pool.run(code.address("meet"), inner.address, 2)
        called.append((tid, nthreads))

    callback = kind(host_call)
    address = ctypes.cast(callback, ctypes.c_void_p).value
    assert address is not None
    for threads in (2, 1):
        pool.run(address, 0, threads)
    assert sorted(called) == [(0, 1), (0, 2), (1, 2)]
    assert (inner.counters, inner.mistakes) == ([10], 0)


def test_one_thread_starts_no_pool() -> None:
    printed = run_script(
        "job = Job(3); pool.run(meet, job.address, 1)\n"
        "import threading; print(job.counters, threading.active_count(), pool._shared.pool)"
    )
    assert printed.stdout == "[3] 1 None\n", printed.stderr


def test_workers_are_started_as_they_are_needed() -> None:
    printed = run_script(
        "import threading\n"
        "for threads in (2, 5, 3):\n"
        "    run_job(meet, 3, threads); print(threading.active_count())"
    )
    assert printed.stdout.split() == ["2", "5", "5"], printed.stderr


def test_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEARTRAIN_THREADS", "5")
    assert get_num_threads() == 5
    code, job = load_jobs(), Job(rounds=1)
    try:
        set_num_threads(3)
        assert get_num_threads() == 3
        pool.run(code.address("meet"), job.address)
        assert job.counters == [1] * 3
        set_num_threads(None)
        assert get_num_threads() == 5
    finally:
        set_num_threads(None)
    monkeypatch.delenv("GEARTRAIN_THREADS")
    assert get_num_threads() == pool.usable_cores()


@pytest.mark.parametrize("threads", [0, -1, 1025, 2.0, "2", True])
def test_a_wrong_number_of_threads_is_refused(threads: object) -> None:
    with pytest.raises(ValueError, match="an integer from 1 to 1024"):
        set_num_threads(threads)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="an integer from 1 to 1024"):
        pool.run(1, 0, threads)  # type: ignore[arg-type]


def test_a_null_function_is_refused() -> None:
    with pytest.raises(ValueError, match="address 0"):
        pool.run(0, 0, 2)


@needs_fork
def test_a_forked_child_has_a_pool_of_its_own() -> None:
    printed = run_script(
        """
import os
job = Job(10)
pool.run(meet, job.address, 3)
child = os.fork()
for _ in range(3):
    pool.run(meet, job.address, 3)
if child == 0:
    print("child", job.counters, job.mistakes, flush=True)
    raise SystemExit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), job.counters, job.mistakes)
"""
    )
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == "child [40, 40, 40] 0\n7 [40, 40, 40] 0\n"


@needs_fork
def test_a_fork_amid_another_threads_job() -> None:
    printed = run_script(
        """
import os, threading, time
held = Job(2_000_000_000)
long = threading.Thread(target=pool.run, args=(spin, held.address, 2))
long.start()
while not pool._shared.lock.locked():
    time.sleep(0.001)
child = os.fork()
if child == 0:
    job = Job(10)
    pool.run(meet, job.address, 3)
    print(job.counters, flush=True)
    os._exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
os._exit(0)
"""
    )
    assert printed.stdout == "[10, 10, 10]\n5\n", printed.stderr


ENDINGS = [
    ("", 0, ""),
    ("raise SystemExit(3)", 3, ""),
    ("1 / 0", 1, "ZeroDivisionError"),
    ("import os; os._exit(4)", 4, ""),
]


@pytest.mark.parametrize(("ending", "status", "complaint"), ENDINGS)
def test_the_process_ends_cleanly(ending: str, status: int, complaint: str) -> None:
    printed = run_script(f"run_job(meet, 10, 3)\n{ending}", "-W", "error")
    assert printed.returncode == status, printed.stderr
    assert complaint in printed.stderr
    assert bool(printed.stderr) == bool(complaint)


def test_the_workers_have_ended_when_the_process_does() -> None:
    printed = run_script(
        """
import atexit, threading
atexit.register(lambda: print([each.name for each in threading.enumerate()]))
atexit.register(pool._close)
run_job(meet, 10, 3)
"""
    )
    assert printed.stdout == "['MainThread']\n", printed.stderr


def test_a_job_at_exit_runs_on_one_thread() -> None:
    printed = run_script(
        """
import atexit
job = Job(10)
def late():
    pool.run(meet, job.address, 3)
    print(job.counters)
run_job(meet, 1, 3)
atexit.register(late)
atexit.register(pool._close)
"""
    )
    assert printed.stdout == "[10]\n", printed.stderr


def test_the_process_ends_while_a_daemon_thread_runs_jobs() -> None:
    printed = run_script(
        """
import threading, time
def forever():
    while True:
        run_job(meet, 5, 3)
threading.Thread(target=forever, daemon=True).start()
time.sleep(0.1)
print("done")
"""
    )
    assert (printed.returncode, printed.stdout, printed.stderr) == (0, "done\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_is_delivered_after_the_job() -> None:
    printed = run_script(
        """
import os, signal, threading, time
job = Job(300_000_000)
run_job(meet, 1, 2)
def interrupt():
    while not pool._shared.lock.locked():
        time.sleep(0.001)
    time.sleep(0.01)
    print(job.counters, flush=True)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    pool.run(spin, job.address, 2)
except KeyboardInterrupt:
    print("interrupted", job.counters)
again = Job(10)
pool.run(meet, again.address, 3)
print(again.counters, pool._shared.lock.locked())
"""
    )
    assert printed.stdout == "[]\ninterrupted [2, 2]\n[10, 10, 10] False\n", printed.stderr


def test_a_thread_that_cannot_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    code, job = load_jobs(), Job(rounds=1)
    real_start = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name == "geartrain-9":
            raise RuntimeError("can't start new thread")
        real_start(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        pool.run(code.address("meet"), job.address, 10)
    assert job.counters == []
    pool.run(code.address("meet"), job.address, 3)
    assert (job.counters, job.mistakes) == ([1] * 3, 0)

"""One run: a worker process from launch to its figures."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.contestants import CPU_ONLY, QUIET, Contestant

BENCHMARKS = Path(__file__).resolve().parents[1]
TIME_LIMIT_S = 300

Figures = dict[str, Any]


class RunError(Exception):
    """A worker ended without figures, or its figures cannot be right; the text says why."""


def run_worker(
    contestant: Contestant, job: str, options: dict[str, object], scratch: Path
) -> Figures:
    """Run a job in a fresh process of the contestant, and give its figures.

    Raises:
        RunError: with the end of what the process wrote to its standard error.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        result, errors = Path(folder, "result.json"), Path(folder, "errors.txt")
        command: list[str | Path] = [contestant.python, "-m", "workloads.worker", job]
        command += ["--library", contestant.library, "--result", result]
        command += ["--options", json.dumps({**options, **contestant.options})]
        environment = _environment(contestant, scratch, Path(folder))
        status = _run(command, environment, errors, contestant.terminal)
        if status or not result.exists():
            raise RunError(_last_lines(errors) or f"ended with status {status}")
        figures: Figures = json.loads(result.read_text())
        return figures


def _environment(contestant: Contestant, scratch: Path, folder: Path) -> dict[str, str]:
    fresh = folder / "fresh"
    fresh.mkdir(mode=0o700)
    places = {"scratch": str(scratch), "fresh": str(fresh)}
    variables = {name: text.format(**places) for name, text in contestant.variables.items()}
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    folders = {"KERAS_HOME": str(scratch / "keras")}
    if "GEARTRAIN_DATASETS" in inherited:  # the worker runs in another folder than the user
        folders["GEARTRAIN_DATASETS"] = str(Path(inherited["GEARTRAIN_DATASETS"]).absolute())
    return {**inherited, **CPU_ONLY, **QUIET, **folders, **variables}


def _run(
    command: Sequence[str | Path], environment: dict[str, str], errors: Path, terminal: bool
) -> int:
    """Run the command, its standard output thrown away (through a terminal if asked)."""
    read_end, write_end = pty.openpty() if terminal else (-1, os.open(os.devnull, os.O_WRONLY))
    with errors.open("wb") as error_file:
        environment["BENCH_STARTED_NS"] = str(time.monotonic_ns())
        process = subprocess.Popen(
            command, cwd=BENCHMARKS, env=environment, stdout=write_end, stderr=error_file
        )
        os.close(write_end)
        if terminal:
            threading.Thread(target=_drain, args=(read_end,), daemon=True).start()
        return _wait(process)


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(TIME_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise RunError(f"not done after {TIME_LIMIT_S} s") from error
    finally:
        process.kill()
        process.wait()


def _drain(descriptor: int) -> None:
    """Read until the other side has closed, which Linux tells by an error."""
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _last_lines(errors: Path) -> str:
    return "\n".join(errors.read_text(errors="replace").strip().splitlines()[-6:])

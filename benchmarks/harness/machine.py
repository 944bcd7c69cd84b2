"""What the figures were measured on: kept beside them, for they mean nothing without it."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.contestants import REPOSITORY

CPUINFO = Path("/proc/cpuinfo")
BUSY_LOAD = 0.5


def describe() -> dict[str, Any]:
    """The machine, the commit, the time, and how busy the machine is with other things."""
    return {
        "processor": _processor(),
        "cores": _cores(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _commit(),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_1min": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def is_busy(machine: dict[str, Any]) -> bool:
    """Whether so much else runs that the figures are doubtful."""
    return (machine["load_1min"] or 0) > BUSY_LOAD


def _cores() -> int | None:
    """The cores that this process may use, which is what libraries take by default."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _processor() -> str:
    if CPUINFO.exists():
        for line in CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout.strip()

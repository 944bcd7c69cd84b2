"""How much disk a whole environment takes: the interpreter's folder with all that was installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from harness.contestants import PEERS, REPOSITORY, interpreter
from harness.plan import Figure, Measurement
from harness.process import RunError
from harness.rounds import Run

SIZE = Measurement(
    name="size",
    job="",
    contestants=(),
    figures=(Figure("environment_bytes", "installed size", "MB"),),
    rounds=1,
)


def measure_sizes(peers: list[str], scratch: Path) -> list[Run]:
    """The size of a fresh environment of ours, and of the peers' as they stand."""
    runs = [_run("geartrain", scratch / "environment", build=True)]
    return runs + [_run(peer, PEERS / peer, build=False) for peer in peers]


def disk_bytes(folder: Path) -> int:
    """What the files take on disk, in whole blocks, a file with several names counted once."""
    files: dict[tuple[int, int], int] = {}
    for place, _, names in os.walk(folder.resolve()):
        for name in names:
            status = os.lstat(os.path.join(place, name))
            taken = status.st_blocks * 512 if hasattr(status, "st_blocks") else status.st_size
            files[status.st_dev, status.st_ino] = taken
    return sum(files.values())


def _run(name: str, environment: Path, *, build: bool) -> Run:
    try:
        if build:
            _build(environment)
        return Run(SIZE.name, name, 1, {"environment_bytes": disk_bytes(environment)})
    except RunError as failure:
        return Run(SIZE.name, name, 1, {}, str(failure))


def _build(environment: Path) -> None:
    """Install Geartrain as a user does, without extras."""
    _command(sys.executable, "-m", "venv", environment)
    _command(interpreter(environment), "-m", "pip", "install", "--quiet", REPOSITORY)


def _command(*arguments: str | Path) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RunError(done.stderr.strip()[-500:])

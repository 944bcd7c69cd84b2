"""Build the peers' environments in `.peers/`, at pinned versions; what is built already stays.

    python benchmarks/peers.py [keras-jax] [keras-tensorflow] [keras-torch] [numpy]

Any Python >= 3.11 that the peers have wheels for will do. An environment that is a symbolic link
is somebody's own and is taken as it is. Exit status: 0, or 1 where one could not be built.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from harness.contestants import PEERS, REQUIREMENTS, interpreter

STAMP = "built"


def main() -> int:
    """Build the environments that the command line names, or all."""
    names = sys.argv[1:] or list(REQUIREMENTS)
    unknown = [name for name in names if name not in REQUIREMENTS]
    if unknown:
        print(f"{unknown[0]!r} is none of {', '.join(REQUIREMENTS)}", file=sys.stderr)
        return 2
    failed = [name for name in names if not _ensure(name)]
    if failed:
        print(f"not built: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _ensure(name: str) -> bool:
    """Whether the environment stands in the end."""
    environment = PEERS / name
    wanted = _stamp_text(name)
    stamp = environment / STAMP
    if environment.is_symlink() or (stamp.exists() and stamp.read_text() == wanted):
        print(f"{name}: stands")
        return True
    print(f"{name}: building ...", flush=True)
    if _build(environment, REQUIREMENTS[name]):
        stamp.write_text(wanted)  # last, so that an interrupted build is built anew
        return True
    return False


def _build(environment: Path, requirements: tuple[str, ...]) -> bool:
    shutil.rmtree(environment, ignore_errors=True)
    venv.create(environment, with_pip=True, symlinks=os.name != "nt")
    command = [str(interpreter(environment)), "-m", "pip", "install", "--quiet", *requirements]
    return subprocess.run(command, check=False).returncode == 0


def _stamp_text(name: str) -> str:
    return "\n".join((f"Python {platform.python_version()}", *REQUIREMENTS[name]))


if __name__ == "__main__":
    raise SystemExit(main())

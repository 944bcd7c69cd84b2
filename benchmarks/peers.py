"""Build the peers' environments in `.peers/`, at pinned versions; what is built already stays.

    python benchmarks/peers.py [keras-jax] [keras-tensorflow] [keras-torch] [numpy]

Any Python >= 3.11 will do; where a peer has no wheels for it, an earlier one on the path is taken,
or else the peer is left out. An environment that is a symbolic link
is somebody's own and is taken as it is. Exit status: 0, or 1 where one could not be built.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from harness.contestants import NEWEST_PYTHON, PEERS, REQUIREMENTS, interpreter

STAMP = "built"
OLDEST_PYTHON = 11


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
    """Whether the environment stands in the end, or cannot on this machine, which is said."""
    environment, stamp = PEERS / name, PEERS / name / STAMP
    python = _python(name)
    if environment.is_symlink():
        return _say(f"{name}: stands (a link)")
    if python is None:
        return _say(f"{name}: left out, for it needs Python 3.{NEWEST_PYTHON[name]} or earlier")
    wanted = "\n".join((python, *REQUIREMENTS[name], ""))
    if stamp.exists() and stamp.read_text() == wanted:
        return _say(f"{name}: stands")
    _say(f"{name}: building ...")
    if not _build(python, environment, REQUIREMENTS[name]):
        return False
    stamp.write_text(wanted)  # last, so that an interrupted build is built anew
    return True


def _python(name: str) -> str | None:
    """This interpreter, or the newest on the path that the peer has wheels for."""
    newest = NEWEST_PYTHON.get(name, sys.version_info.minor)
    if sys.version_info.minor <= newest:
        return sys.executable
    found = (shutil.which(f"python3.{minor}") for minor in range(newest, OLDEST_PYTHON - 1, -1))
    return next((python for python in found if python), None)


def _build(python: str, environment: Path, requirements: tuple[str, ...]) -> bool:
    shutil.rmtree(environment, ignore_errors=True)
    pip = [str(interpreter(environment)), "-m", "pip", "install", "--quiet", *requirements]
    commands = [python, "-m", "venv", str(environment)], pip
    return all(subprocess.run(each, check=False).returncode == 0 for each in commands)


def _say(line: str) -> bool:
    print(line, flush=True)
    return True


if __name__ == "__main__":
    raise SystemExit(main())

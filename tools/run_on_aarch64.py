"""Run Python on an emulated AArch64, with Geartrain as it stands here and its dependencies.

    python tools/run_on_aarch64.py -m pytest -q tests/compiler/test_ports.py
    python tools/run_on_aarch64.py -m geartrain doctor

Needs Debian or Ubuntu, `qemu-aarch64` (package qemu-user) and, the first time, their archive and
Python's: Python itself is taken from the distribution's arm64 packages, the dependencies from the
wheels that their projects publish for it. Nothing is installed; all lies in `build/aarch64`.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "aarch64"
QEMU = "qemu-aarch64"
# Python, and the libraries that it and the wheels link to.
PACKAGES = (
    *("python3-minimal", "libpython3-stdlib", "libc6", "libgcc-s1", "libstdc++6", "zlib1g"),
    *("libexpat1", "libffi8", "libssl3", "libbz2-1.0", "liblzma5", "libsqlite3-0", "libuuid1"),
    *("libcrypt1", "libreadline8", "libtinfo6", "libncursesw6"),
)
WHEELS = ("numpy", "llvmlite", "ml_dtypes", "pytest", "hypothesis", "mpmath")
DEPENDENCIES = ("pluggy", "iniconfig", "packaging", "pygments", "sortedcontainers")
PLATFORMS = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")


def main() -> int:
    """Prepare what is not there yet, then run."""
    if shutil.which(QEMU) is None:
        print(f"{QEMU} is missing: apt-get install qemu-user", file=sys.stderr)
        return 1
    python = prepare()
    paths = [str(ROOT), str(FOLDER / "site"), os.environ.get("PYTHONPATH", "")]
    home = os.environ.get("GEARTRAIN_HOME", str(FOLDER / "home"))
    chosen = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "GEARTRAIN_HOME": home}
    command, environment = [python, *sys.argv[1:]], {**os.environ, **chosen}
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


def prepare() -> Path:
    """The emulated interpreter: a script that starts it, so that it can start itself again."""
    script = FOLDER / "root/usr/bin/python"
    if not script.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unpack_packages()
        interpreter = next((FOLDER / "root/usr/bin").glob("python3.??"))
        unpack_wheels(interpreter.name.removeprefix("python"))
        root = FOLDER / "root"
        script.write_text(f'#!/bin/sh\nexec {QEMU} -L {root} -0 {script} {interpreter} "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def unpack_packages() -> None:
    """Fetch the distribution's packages for arm64, beside the system's own and not into it."""
    state, packages = FOLDER / "apt", FOLDER / "packages"
    for folder in (state / "lists/partial", state / "cache/archives/partial", packages):
        folder.mkdir(parents=True, exist_ok=True)
    status = state / "status"
    status.touch()
    options = {
        "APT::Architecture": "arm64",
        "APT::Architectures": "arm64",
        "APT::Sandbox::User": "root",
        "Dir::State": str(state),
        "Dir::State::status": str(status),
        "Dir::Cache": str(state / "cache"),
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
    run([*apt, "update"], packages)
    run([*apt, "download", *PACKAGES, *versioned(apt)], packages)
    for package in packages.glob("*.deb"):
        run(["dpkg", "-x", str(package), str(FOLDER / "root")], packages)


def versioned(apt: list[str]) -> list[str]:
    """The packages of Python's own version, which `python3-minimal` depends on."""
    found = run(["apt-cache", *apt[2:], "depends", "python3-minimal"], FOLDER)
    minimal = next(
        word for word in found.split() if word.startswith("python3.") and word.endswith("-minimal")
    )
    name = minimal.removesuffix("-minimal")
    return [minimal, f"lib{name}-minimal", f"lib{name}-stdlib"]


def unpack_wheels(version: str) -> None:
    """Fetch the wheels for AArch64, and unpack them side by side."""
    wheels, site = FOLDER / "wheels", FOLDER / "site"
    platforms = [f"--platform={each}_aarch64" for each in PLATFORMS]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
    options = [*platforms, f"--python-version={version}", f"--dest={wheels}"]
    run([*pip, *options, *WHEELS, *DEPENDENCIES], FOLDER)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)


def run(command: list[str], folder: Path) -> str:
    """Run a command, and give what it says."""
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())

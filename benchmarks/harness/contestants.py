"""Who is measured: libraries, the environments that they run in, and their pinned versions."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PEERS = REPOSITORY / ".peers"

KERAS = "keras==3.15.1"
NUMPY = "numpy==2.4.6"
REQUIREMENTS = {
    "keras-jax": (KERAS, NUMPY, "jax==0.10.2", "jaxlib==0.10.2"),
    "keras-tensorflow": (
        KERAS,
        NUMPY,
        "tensorflow-cpu==2.21.0; sys_platform == 'linux'",
        "tensorflow==2.21.0; sys_platform != 'linux'",
    ),
    "keras-torch": (KERAS, NUMPY, "torch==2.13.0"),
    "numpy": (NUMPY,),
    "numba": ("numba==0.68.1", NUMPY),
}
NEWEST_PYTHON = {"keras-tensorflow": 13}  # 3.x: TensorFlow 2.21 has no wheel for a later one
CPU_ONLY = {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


@dataclass(frozen=True)
class Contestant:
    """A library in an environment, in one way of running it.

    Attributes:
        name: what the tables and the command line call it.
        library: what the worker imports.
        environment: the folder in `.peers` whose interpreter runs it; "" for the runner's own.
        variables: environment variables; `{scratch}` stands for the run's temporary folder and
            `{fresh}` for an empty one.
        options: options of the job that differ from the others'.
        terminal: whether its standard output is a terminal.
    """

    name: str
    library: str
    environment: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)
    terminal: bool = False

    @property
    def python(self) -> Path:
        """The interpreter that runs it."""
        if not self.environment:
            return Path(sys.executable)
        return interpreter(PEERS / self.environment)

    @property
    def is_ours(self) -> bool:
        """Whether this is Geartrain."""
        return self.library == "geartrain"

    def is_installed(self) -> bool:
        """Whether its interpreter is there and finds the library."""
        if not self.python.exists():
            return False
        probe = f"import importlib.util as u; raise SystemExit(not u.find_spec({self.library!r}))"
        done = subprocess.run([self.python, "-c", probe], cwd=REPOSITORY.anchor, check=False)
        return done.returncode == 0


def interpreter(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _keras(backend: str) -> Contestant:
    name = f"keras-{backend}"
    return Contestant(name, "keras", name, {"KERAS_BACKEND": backend})


KEPT = {"GEARTRAIN_CODE_CACHE": "{scratch}/code"}
FRESH = {"GEARTRAIN_CODE_CACHE": "{fresh}"}
JAX_CACHE = {
    "KERAS_BACKEND": "jax",
    "JAX_COMPILATION_CACHE_DIR": "{scratch}/jax",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}

OURS = Contestant("geartrain", "geartrain", "", KEPT)
OURS_COLD = Contestant("geartrain-cold", "geartrain", "", FRESH)
OURS_VERBOSE = Contestant("geartrain-bar", "geartrain", "", KEPT, {"verbose": 1}, terminal=True)
KERAS_JAX = _keras("jax")
KERAS_JAX_CACHED = Contestant("keras-jax-cached", "keras", "keras-jax", JAX_CACHE)
KERAS_TENSORFLOW = _keras("tensorflow")
KERAS_TORCH = _keras("torch")
JAX = Contestant("jax", "jax", "keras-jax")
TORCH = Contestant("torch", "torch", "keras-torch")
NUMPY_BY_HAND = Contestant("numpy", "numpy", "numpy")
NUMBA = Contestant("numba", "numba", "numba")

ON_KERAS = (OURS, KERAS_JAX, KERAS_TENSORFLOW, KERAS_TORCH)
EVERYONE = (OURS, KERAS_JAX, KERAS_TENSORFLOW, KERAS_TORCH, JAX, TORCH, NUMPY_BY_HAND)

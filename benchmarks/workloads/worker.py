"""One measurement in one process: run a job on a library, write its figures as JSON.

    python -m workloads.worker mnist --library keras --result out.json --options '{"seed": 1}'

`BENCH_STARTED_NS` holds the monotonic clock's reading just before this process was launched.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

MODULES = {
    "geartrain": "workloads.keras_api",
    "keras": "workloads.keras_api",
    "jax": "workloads.jax_by_hand",
    "torch": "workloads.torch_by_hand",
    "numpy": "workloads.numpy_by_hand",
    "numba": "",  # has the loops alone
}
OWN_MODULES = ("eager", "loops", "pipeline", "products")  # each has a function of its name
KERAS_JOBS = ("mnist", "tiny", "houses", "startup", "latency", "calls", "train", "compile")
JOBS = (*KERAS_JOBS, "kernels", *OWN_MODULES)


def main() -> None:
    """Run the job that the command line names."""
    arguments = _arguments()
    figures = _job(arguments.library, arguments.job)(arguments.options)
    arguments.result.write_text(json.dumps(figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure one job on one library.")
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--library", choices=MODULES, required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--options", type=json.loads, default={})
    return parser.parse_args()


def _job(library: str, job: str) -> Any:
    if job in OWN_MODULES:
        return partial(getattr(import_module(f"workloads.{job}"), job), library)
    if library == "geartrain" and job == "kernels":
        return import_module("workloads.kernels").kernels
    module = import_module(MODULES[library])
    if MODULES[library] == "workloads.keras_api":
        return getattr(module.KerasJobs(library), job)
    return getattr(import_module("workloads.by_hand").HandJobs(module.Network), job)


if __name__ == "__main__":
    main()

"""Measure Geartrain beside its peers, in turn, and print figures, ratios and bars.

    python benchmarks/run.py [--quick] [--only mnist,tiny] [--peers keras-jax,jax] [--rounds 3]

Needs MNIST in GEARTRAIN_DATASETS, and the peers' environments (`make peers`); a peer that is not
installed is named and left out. The figures go to benchmarks/results/ as JSON. README.md beside
this file tells the method. Exit status: 0, or 1 where a run failed; a bar that is
not met is a finding, not a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness import machine, report
from harness.contestants import EVERYONE, NUMBA, Contestant
from harness.plan import PLAN, Measurement
from harness.rounds import Run, run_rounds
from harness.size import SIZE, measure_sizes

RESULTS = Path(__file__).resolve().parent / "results"
MEASUREMENTS = (*PLAN, SIZE)
PEER_NAMES = [each.name for each in (*EVERYONE, NUMBA) if not each.is_ours]


def main() -> int:
    """Measure what the command line asks for."""
    arguments = _arguments()
    asked = [each for each in MEASUREMENTS if each.name in arguments.only]
    about = machine.describe()
    _greet(about)
    runs = _measure(asked, arguments)
    _print(asked, runs)
    print(f"written: {_write(about, runs)}")
    return int(any(run.failure for run in runs))


def _arguments() -> argparse.Namespace:
    names = [measurement.name for measurement in MEASUREMENTS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one short round, no sizes")
    parser.add_argument("--only", type=_choice(names), help=f"some of {','.join(names)}")
    parser.add_argument("--peers", type=_choice(PEER_NAMES), help=f"some of {','.join(PEER_NAMES)}")
    parser.add_argument("--rounds", type=int, help="rounds of every measurement")
    arguments = parser.parse_args()
    if arguments.only is None:
        arguments.only = [name for name in names if not (arguments.quick and name == SIZE.name)]
    arguments.peers = PEER_NAMES if arguments.peers is None else arguments.peers
    if any(each.name in arguments.only and each.reads_mnist for each in MEASUREMENTS):
        _check_data(parser)
    return arguments


def _check_data(parser: argparse.ArgumentParser) -> None:
    folder = Path(os.environ.get("GEARTRAIN_DATASETS", "")) / "mnist"
    if not (folder / "train-images-idx3-ubyte.gz").is_file():
        parser.error(
            "MNIST is needed: set GEARTRAIN_DATASETS to a folder that has "
            "mnist/train-images-idx3-ubyte.gz and its three companions"
        )


def _choice(names: Sequence[str]) -> Any:
    def parse(text: str) -> list[str]:
        chosen = [name for name in text.split(",") if name]
        unknown = [name for name in chosen if name not in names]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(names)}")
        return chosen

    return parse


def _greet(about: dict[str, Any]) -> None:
    print(f"{about['processor']}, {about['cores']} cores, commit {about['commit']}")
    if machine.is_busy(about):
        print(f"The machine is busy (load {about['load_1min']:.2f}): the figures are doubtful.")


def _measure(asked: Sequence[Measurement], arguments: argparse.Namespace) -> list[Run]:
    present = _present(asked, arguments.peers)
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="geartrain-bench-") as scratch:
        for measurement in asked:
            if measurement is SIZE:
                runs += measure_sizes(_environments(present), Path(scratch))
                continue
            runs += run_rounds(
                measurement,
                [each for each in measurement.contestants if each in present],
                quick=arguments.quick,
                rounds=arguments.rounds,
                scratch=Path(scratch),
                say=lambda line: print(line, flush=True),
            )
    return runs


def _present(asked: Sequence[Measurement], peers: Sequence[str]) -> list[Contestant]:
    """The contestants that were asked for and are installed."""
    everyone = {each.name: each for measurement in asked for each in measurement.contestants}
    everyone |= {each.name: each for each in EVERYONE if SIZE in asked}
    chosen = [each for each in everyone.values() if each.is_ours or _family(each) in peers]
    present = [each for each in chosen if each.is_installed()]
    for each in chosen:
        if each not in present:
            print(f"{each.name} is not installed in {each.python}: left out (`make peers`).")
    return present


def _family(contestant: Contestant) -> str:
    """The name that `--peers` knows it by: keras-jax-cached is a way of running keras-jax."""
    return contestant.name.removesuffix("-cached")


def _environments(present: Sequence[Contestant]) -> list[str]:
    return list(dict.fromkeys(each.environment for each in present if each.environment))


def _print(asked: Sequence[Measurement], runs: Sequence[Run]) -> None:
    console = report.console()
    for table in (
        report.figures_table(asked, runs),
        report.kernels_table(runs),
        report.products_table(runs),
        report.bars_table(asked, runs),
    ):
        if table is not None:
            console.print(table)
    for run in runs:
        if run.failure:
            print(f"failed: {run.measurement} of {run.contestant}: {run.failure.splitlines()[-1]}")


def _write(about: dict[str, Any], runs: Sequence[Run]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{about['time'].replace(':', '')}.json"
    content = {"machine": about, "runs": [run.to_json() for run in runs]}
    path.write_text(json.dumps(content, indent=1))
    return path


if __name__ == "__main__":
    raise SystemExit(main())

"""The order of the runs: everyone once, then everyone again (A B A B), so that a machine that
slows down or is shared slows all alike; and the figures that remain of all rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from harness.contestants import Contestant
from harness.plan import Figure, Measurement
from harness.process import RunError, run_worker

Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """One process's figures, or why there are none."""

    measurement: str
    contestant: str
    round: int
    figures: dict[str, Any]
    failure: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def run_rounds(
    measurement: Measurement,
    contestants: Sequence[Contestant],
    *,
    quick: bool,
    rounds: int | None,
    scratch: Path,
    say: Say,
) -> list[Run]:
    """Measure everyone in turn, round after round. Who fails once is left out from there on."""
    options = {**measurement.options, **(measurement.quick_options if quick else {})}
    runs: list[Run] = []
    for number, contestant in _turns(measurement, contestants, quick, rounds):
        if any(run.contestant == contestant.name and run.failure for run in runs):
            continue
        if measurement.seeded:
            options["seed"] = number
        run = _one_run(measurement, contestant, number, options, scratch)
        say(_line(measurement, run))
        if number or run.failure:
            runs.append(run)
    return runs


def _turns(
    measurement: Measurement, contestants: Sequence[Contestant], quick: bool, rounds: int | None
) -> Iterator[tuple[int, Contestant]]:
    """Round 0 is the rehearsal, whose figures are not kept."""
    count = rounds or (measurement.quick_rounds if quick else measurement.rounds)
    first = 0 if measurement.rehearsed else 1
    for number in range(first, count + 1):
        for contestant in contestants:
            yield number, contestant


def _one_run(
    measurement: Measurement,
    contestant: Contestant,
    number: int,
    options: dict[str, object],
    scratch: Path,
) -> Run:
    if measurement.variables:
        variables = {**contestant.variables, **measurement.variables}
        contestant = replace(contestant, variables=variables)
    try:
        figures = run_worker(contestant, measurement.job, options, scratch)
        _check(measurement, figures)
        return Run(measurement.name, contestant.name, number, figures)
    except RunError as failure:
        return Run(measurement.name, contestant.name, number, {}, str(failure))


def _check(measurement: Measurement, figures: dict[str, Any]) -> None:
    for key, least in measurement.least.items():
        if not figures[key] >= least:
            raise RunError(f"it has not learned: {key} is {figures[key]}, below {least}")
    for key, most in measurement.most.items():
        if not figures[key] <= most:
            raise RunError(f"it has not learned: {key} is {figures[key]}, above {most}")


def _line(measurement: Measurement, run: Run) -> str:
    title = f"{run.measurement:<14}{run.contestant:<18}"
    if run.failure:
        return f"{title}failed: {run.failure}"
    kept = "" if run.round else " (rehearsal)"
    keys = [figure.key for figure in figures_of(measurement, run)]
    texts = [f"{key} {run.figures[key]:.6g}" for key in keys]
    return f"{title}{'  '.join(texts)}{kept}"


def figures_of(measurement: Measurement, run: Run) -> list[Figure]:
    """The measurement's figures that this run has (a hand-written network has no `predict`)."""
    return [figure for figure in measurement.figures if figure.key in run.figures]


def summarise(measurement: Measurement, runs: Sequence[Run]) -> dict[str, dict[str, list[float]]]:
    """`{figure's key: {contestant: the numbers of all its rounds}}`."""
    table: dict[str, dict[str, list[float]]] = {}
    for run in runs:
        for figure in figures_of(measurement, run):
            numbers = table.setdefault(figure.key, {}).setdefault(run.contestant, [])
            numbers.append(run.figures[figure.key])
    return table

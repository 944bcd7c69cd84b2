"""The tables that `make bench` prints."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from harness.bars import Verdict, judge, load_bars
from harness.plan import Figure, Measurement
from harness.rounds import Run, summarise

UNITS: dict[str, Callable[[float], str]] = {
    "s": lambda value: f"{value:.3f} s",
    "ms": lambda value: f"{value * 1e3:,.2f} ms",
    "us": lambda value: f"{value * 1e6:,.1f} us",
    "MB": lambda value: f"{value / 1e6:,.0f} MB",
    "ratio": lambda value: f"{value:.3f}",
    "share": lambda value: f"{value:.4f}",
}
MET = {True: "yes", False: "NO", None: "undecided"}
OURS = "geartrain"


def console() -> Console:
    """Wide enough for the tables where the output is no terminal."""
    return Console(width=None if sys.stdout.isatty() else 110, highlight=False)


def figures_table(measurements: Sequence[Measurement], runs: Sequence[Run]) -> Table:
    """Every figure of every contestant, and our figure as a share of it."""
    table = _table("figures", "figure", "who", ">value", ">rounds' spread", ">ours / theirs")
    for measurement in measurements:
        numbers = summarise(measurement, _of(measurement, runs))
        for figure in measurement.figures:
            for row in _figure_rows(figure, numbers.get(figure.key, {})):
                table.add_row(*row)
            table.add_section()
    return table


def bars_table(measurements: Sequence[Measurement], runs: Sequence[Run]) -> Table:
    """Every bar, and whether it is met."""
    table = _table("bars", "what", "against", ">value or ratio", ">bar", "met")
    for verdict in verdicts(measurements, runs):
        text = _bar_unit(verdict, measurements)
        value = "" if verdict.value is None else text(verdict.value)
        limit = f"{verdict.relation} {text(verdict.limit)}"
        table.add_row(verdict.bar.title, verdict.peer, value, limit, MET[verdict.met])
    return table


def _bar_unit(verdict: Verdict, measurements: Sequence[Measurement]) -> Callable[[float], str]:
    name, _, key = verdict.bar.figure.partition(".")
    if verdict.is_ratio:
        return UNITS["ratio"]
    (figures,) = (each.figures for each in measurements if each.name == name)
    return UNITS[next(figure.unit for figure in figures if figure.key == key)]


def kernels_table(runs: Sequence[Run]) -> Table | None:
    """The kernels of the last run that measured them, or None."""
    measured = [run.figures["kernels"] for run in runs if "kernels" in run.figures]
    if not measured:
        return None
    table = _table(
        "kernels", "kernel", ">stage", ">Mflop", ">MB", ">us", ">GFLOP/s", ">share of peak"
    )
    for kernel in measured[-1]:
        table.add_row(*_kernel_row(kernel))
    return table


def products_table(runs: Sequence[Run]) -> Table | None:
    """GFLOP/s of each product and contestant, the best of the rounds; None where none was run."""
    measured = [run for run in runs if "products" in run.figures]
    if not measured:
        return None
    names = list(dict.fromkeys(run.contestant for run in measured))
    peak = max((run.figures.get("peak_gflops", 0.0) for run in measured), default=0.0)
    titles = [f">{name}" for name in names]
    table = _table("products, GFLOP/s", "product", "direction", ">Mflop", *titles, ">of peak")
    speeds = best_speeds(measured)
    for (product, direction, flops), of_everyone in speeds.items():
        texts = [f"{of_everyone[name]:,.1f}" if name in of_everyone else "" for name in names]
        share = f"{of_everyone[OURS] / peak:.1%}" if peak and OURS in of_everyone else ""
        table.add_row(product, direction, f"{flops / 1e6:,.0f}", *texts, share)
    return table


def best_speeds(runs: Sequence[Run]) -> dict[tuple[str, str, int], dict[str, float]]:
    """`{(product, direction, operations): {contestant: best GFLOP/s}}`."""
    speeds: dict[tuple[str, str, int], dict[str, float]] = {}
    for run in runs:
        for row in run.figures["products"]:
            found = speeds.setdefault((row["name"], row["direction"], row["flops"]), {})
            gflops = row["flops"] / row["seconds"] / 1e9
            found[run.contestant] = max(gflops, found.get(run.contestant, 0.0))
    return speeds


def verdicts(measurements: Sequence[Measurement], runs: Sequence[Run]) -> list[Verdict]:
    """Every bar whose measurement was asked for, held against the figures."""
    values = _values(measurements, runs)
    asked = {measurement.name for measurement in measurements}
    bars = [bar for bar in load_bars() if bar.figure.partition(".")[0] in asked]
    return [verdict for bar in bars for verdict in judge(bar, values)]


def _values(
    measurements: Sequence[Measurement], runs: Sequence[Run]
) -> dict[str, dict[str, float]]:
    values: dict[str, dict[str, float]] = {}
    for measurement in measurements:
        numbers = summarise(measurement, _of(measurement, runs))
        for figure in measurement.figures:
            of_everyone = numbers.get(figure.key, {})
            values[f"{measurement.name}.{figure.key}"] = {
                name: figure.of_runs(each) for name, each in of_everyone.items()
            }
    return values


def _of(measurement: Measurement, runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if run.measurement == measurement.name]


def _figure_rows(figure: Figure, numbers: dict[str, list[float]]) -> Iterator[tuple[str, ...]]:
    values = {name: figure.of_runs(each) for name, each in numbers.items()}
    for name, value in values.items():
        spread = (max(numbers[name]) - min(numbers[name])) / value
        spread_text = f"{spread:.0%}" if len(numbers[name]) > 1 else ""
        ratio = "" if figure.unit == "share" else _ratio(values.get(OURS), name, value)
        yield figure.title, name, UNITS[figure.unit](value), spread_text, ratio


def _ratio(ours: float | None, name: str, theirs: float) -> str:
    """Our figure as a share of a peer's; our own ways of running are not compared."""
    return "" if ours is None or name.startswith(OURS) else f"{ours / theirs:.3f}"


def _kernel_row(kernel: dict[str, Any]) -> tuple[str, ...]:
    return (
        kernel["name"],
        str(kernel["stage"]),
        f"{kernel['flops'] / 1e6:,.2f}",
        f"{kernel['bytes'] / 1e6:,.2f}",
        f"{kernel['seconds'] * 1e6:,.1f}",
        f"{kernel['gflops']:,.1f}",
        f"{kernel['share_of_peak']:.1%}",
    )


def _table(title: str, *columns: str) -> Table:
    """A table; a column whose name begins with `>` is set to the right."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name.removeprefix(">"), justify="right" if name[0] == ">" else "left")
    return table

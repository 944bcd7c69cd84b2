"""The bars of `bars.toml`, held against the figures."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[1] / "bars.toml"
Values = Mapping[str, Mapping[str, float]]  # figure -> contestant -> value


@dataclass(frozen=True)
class Bar:
    """One entry of the table; the table's head explains the fields."""

    title: str
    figure: str
    of: str = "geartrain"
    against: tuple[str, ...] = ()
    against_best: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"bar {self.title!r} needs one limit: at_most or at_least")

    @property
    def relation(self) -> str:
        """How the number has to stand to the limit."""
        return ">=" if self.at_most is None else "<="

    @property
    def limit(self) -> float:
        """The limit, whichever was given."""
        (limit,) = (each for each in (self.at_most, self.at_least) if each is not None)
        return limit

    def allows(self, number: float) -> bool:
        """Whether the number keeps to the limit."""
        return number >= self.limit if self.at_most is None else number <= self.limit


@dataclass(frozen=True)
class Verdict:
    """One bar against one peer (or against a number alone).

    `value` is the ratio to the peer's figure, or the figure; None where it was not measured.
    `met` is None where what was measured does not decide it.
    """

    bar: Bar
    peer: str
    relation: str
    limit: float
    value: float | None
    met: bool | None

    @property
    def is_ratio(self) -> bool:
        """Whether `value` and `limit` are ratios, and no figures."""
        return bool(self.peer)


def load_bars(table: Path = TABLE) -> list[Bar]:
    """Read the table; an unknown field is a TypeError, a missing limit a ValueError."""
    entries = tomllib.loads(table.read_text())["bar"]
    return [_bar(entry) for entry in entries]


def judge(bar: Bar, values: Values) -> Iterator[Verdict]:
    """Every verdict that a bar asks for."""
    figures = values.get(bar.figure, {})
    ours = figures.get(bar.of)
    if not bar.against and not bar.against_best:
        yield _judge_number(bar, "", ours)
    for peer in bar.against:
        yield _judge_number(bar, peer, _ratio(ours, figures.get(peer)))
    if bar.against_best:
        yield _judge_best(bar, bar.against_best, bar.relation, bar.limit, bar.allows, ours, figures)
    if bar.below:
        yield _judge_best(bar, bar.below, "<", 1, lambda ratio: ratio < 1, ours, figures)


def _judge_number(bar: Bar, peer: str, number: float | None) -> Verdict:
    met = None if number is None else bar.allows(number)
    return Verdict(bar, peer, bar.relation, bar.limit, number, met)


def _judge_best(
    bar: Bar,
    peers: Sequence[str],
    relation: str,
    limit: float,
    allows: Callable[[float], bool],
    ours: float | None,
    figures: Mapping[str, float],
) -> Verdict:
    """One verdict on all these peers: the fastest of them decides."""
    measured = {peer: figures[peer] for peer in peers if peer in figures}
    if ours is None or not measured:
        return Verdict(bar, "the fastest peer", relation, limit, None, None)
    fastest = min(measured, key=lambda peer: measured[peer])
    ratio = ours / measured[fastest]
    met = None if allows(ratio) and len(measured) < len(peers) else allows(ratio)
    return Verdict(bar, f"fastest: {fastest}", relation, limit, ratio, met)


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return None if ours is None or theirs is None else ours / theirs


def _bar(entry: dict[str, Any]) -> Bar:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    return Bar(**fields)

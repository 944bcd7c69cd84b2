"""The bars of `bars.toml`, held against the figures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
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
    below: tuple[str, ...] = ()
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"bar {self.title!r} needs one limit: at_most or at_least")

    @property
    def limit(self) -> str:
        """The limit in words."""
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return f">= {self.at_least:g}"

    def allows(self, number: float) -> bool:
        """Whether the number keeps to the limit."""
        too_much = self.at_most is not None and not number <= self.at_most
        too_little = self.at_least is not None and not number >= self.at_least
        return not too_much and not too_little


@dataclass(frozen=True)
class Verdict:
    """One bar against one peer (or against a number alone).

    `value` is the ratio to the peer's figure, or the figure; None where it was not measured.
    `met` is None where what was measured does not decide it.
    """

    bar: Bar
    peer: str
    limit: str
    value: float | None
    met: bool | None


def load_bars(table: Path = TABLE) -> list[Bar]:
    """Read the table; an unknown field is a TypeError, a missing limit a ValueError."""
    entries = tomllib.loads(table.read_text())["bar"]
    return [_bar(entry) for entry in entries]


def judge(bar: Bar, values: Values) -> Iterator[Verdict]:
    """Every verdict that a bar asks for."""
    figures = values.get(bar.figure, {})
    ours = figures.get(bar.of)
    if not bar.against:
        yield Verdict(bar, "", bar.limit, ours, None if ours is None else bar.allows(ours))
    for peer in bar.against:
        ratio = _ratio(ours, figures.get(peer))
        yield Verdict(bar, peer, bar.limit, ratio, None if ratio is None else bar.allows(ratio))
    if bar.below:
        yield _judge_below(bar, ours, figures)


def _judge_below(bar: Bar, ours: float | None, figures: Mapping[str, float]) -> Verdict:
    """One verdict on all the peers of `below`: the fastest of them decides."""
    measured = {peer: figures[peer] for peer in bar.below if peer in figures}
    if ours is None or not measured:
        return Verdict(bar, "the fastest peer", "< 1", None, None)
    fastest = min(measured, key=lambda peer: measured[peer])
    ratio = ours / measured[fastest]
    met = None if ratio < 1 and len(measured) < len(bar.below) else ratio < 1
    return Verdict(bar, f"fastest: {fastest}", "< 1", ratio, met)


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return None if ours is None or theirs is None else ours / theirs


def _bar(entry: dict[str, Any]) -> Bar:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    return Bar(**fields)

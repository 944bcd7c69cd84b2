"""The axes of attention: which are looked over, and the equations of its two products.

Queries, keys and values have the axes (batch, ..., heads, size). Those that attention goes over
have a letter of their own in the queries, the targets', and another in keys and values, the
sources'; all others are shared.

    queries a t h d, keys a s h d   ->   scores a h t s      "ashd,athd->ahts"
    scores a h t s, values a s h e  ->   outputs a t h e     "ahts,ashe->athe"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geartrain.tensor import normalize_axes

SHARED, TARGETS, SOURCES = "abcdefg", "tuvwxyz", "nopqrs"
HEADS, SIZE, FEATURES = "h", "i", "jklm"


@dataclass(frozen=True)
class Axes:
    """The equations of attention over `count` axes.

    Args:
        count: how many axes it goes over.
        scores: the equation of keys and queries.
        averages: the equation of shares and values.
    """

    count: int
    scores: str
    averages: str

    def output_letters(self, features: int) -> str:
        """The letters of the features that come out."""
        return FEATURES[:features]

    def output_equation(self, rank: int, features: int) -> str:
        """Heads of vectors to features."""
        inner, outer = SHARED[: rank - 1], self.output_letters(features)
        return f"{inner}{HEADS}{SIZE},{HEADS}{SIZE}{outer}->{inner}{outer}"


def attention_axes_of(rank: int, axes: int | Sequence[int] | None) -> Axes:
    """The equations for inputs of a rank.

    >>> attention_axes_of(3, None).scores
    'anhi,athi->ahtn'
    """
    chosen = tuple(range(1, rank - 1)) if axes is None else normalize_axes(axes, rank)
    shared = "".join(SHARED[at] for at in range(rank - 1) if at not in chosen)
    targets, sources = TARGETS[: len(chosen)], SOURCES[: len(chosen)]
    query, source = (_laid_out(rank, chosen, letters) for letters in (targets, sources))
    scores = f"{shared}{HEADS}{targets}{sources}"
    return Axes(
        len(chosen),
        f"{source}{HEADS}{SIZE},{query}{HEADS}{SIZE}->{scores}",
        f"{scores},{source}{HEADS}{SIZE}->{query}{HEADS}{SIZE}",
    )


def _laid_out(rank: int, chosen: Sequence[int], letters: str) -> str:
    """The letters of the axes before the heads, in their order."""
    own = iter(letters)
    return "".join(next(own) if at in chosen else SHARED[at] for at in range(rank - 1))

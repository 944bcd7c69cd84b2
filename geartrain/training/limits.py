"""A limit on how long training goes, for a script that is only tried: `geartrain run --max-epochs`.

fit(epochs=500) with limits.epochs = 2   ->   two epochs; the history has 500 numbers, of which the
                                              last 498 repeat the second
"""

from __future__ import annotations

from typing import Any


class Limits:
    """The most epochs of a `fit`, and the most steps of an epoch; None is no limit."""

    def __init__(self) -> None:
        self.epochs: int | None = None
        self.steps: int | None = None

    def last_epoch(self, first: int, last: int) -> int:
        """The number of the epoch after the last, of those that were asked for."""
        return last if self.epochs is None else min(last, first + self.epochs)

    def steps_of(self, asked: int | None, there: int | None) -> int | None:
        """How many steps an epoch has, of those asked for or there; 0 asks for all."""
        asked = asked or None
        if self.steps is None or (asked is None and there is not None and there <= self.steps):
            return asked
        return self.steps if asked is None else min(asked, self.steps)

    def fill(self, history: Any, epochs: int) -> None:
        """Repeat the last numbers of a history that the limit made shorter.

        Code behind `fit` finds as many as it asked for, to draw them or to take their mean.
        """
        if self.epochs is None or history.model is None or history.model.stop_training:
            return
        for numbers in history.history.values():
            numbers.extend(numbers[-1:] * (epochs - len(numbers)))


limits = Limits()

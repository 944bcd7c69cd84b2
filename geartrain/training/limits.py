"""A limit on how long training goes: `config.set_max_epochs(2)`, or `geartrain run --max-epochs`.

fit(epochs=500) with limits.epochs = 2   ->   two epochs; the history has 500 numbers, of which the
                                              last 498 repeat the second

A limit of the settings leaves the history as it is.
"""

from __future__ import annotations

from typing import Any

from geartrain.config import max_epochs, max_steps_per_epoch


class Limits:
    """The most epochs of a `fit`, and the most steps of an epoch; None is no limit.

    Those here are for scripts that are only tried; those of `geartrain.config` hold as well.
    """

    def __init__(self) -> None:
        self.epochs: int | None = None
        self.steps: int | None = None

    def last_epoch(self, first: int, last: int) -> int:
        """The number of the epoch after the last, of those that were asked for."""
        most = _smaller(self.epochs, max_epochs())
        return last if most is None else min(last, first + most)

    @property
    def most_steps(self) -> int | None:
        """The most steps of an epoch."""
        return _smaller(self.steps, max_steps_per_epoch())

    def steps_of(self, asked: int | None, there: int | None) -> int | None:
        """How many steps an epoch has, of those asked for or there; 0 asks for all."""
        asked = asked or None
        most = self.most_steps
        if most is None or (asked is None and there is not None and there <= most):
            return asked
        return most if asked is None else min(asked, most)

    def fill(self, history: Any, epochs: int) -> None:
        """Repeat the last numbers of a history that the limit made shorter.

        Code behind `fit` finds as many as it asked for, to draw them or to take their mean.
        """
        if self.epochs is None or history.model is None or history.model.stop_training:
            return
        for numbers in history.history.values():
            numbers.extend(numbers[-1:] * (epochs - len(numbers)))


def _smaller(one: int | None, other: int | None) -> int | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, default=None)


limits = Limits()

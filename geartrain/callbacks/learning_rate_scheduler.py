"""`LearningRateScheduler`: the learning rate of each epoch, by a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.callbacks.callback import Callback, Logs
from geartrain.callbacks.learning_rate import rate_of, set_rate
from geartrain.errors import explain


class LearningRateScheduler(Callback):
    """Set the learning rate when an epoch begins.

    The learning rate is put into the logs, as `learning_rate`.

    Args:
        schedule: a function of the epoch's number, from 0, and the rate so far; gives the rate.
        verbose: 1 says what is set.

    Raises:
        ValueError: while training: the function gives something else than a number.
    """

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        former = rate_of(self.model)
        try:
            rate = self.schedule(epoch, former)
        except TypeError:  # a function of the epoch alone
            rate = self.schedule(epoch)
        if not isinstance(rate, float | np.floating):
            raise ValueError(_rate_message(rate))
        set_rate(self.model, float(rate))
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs["learning_rate"] = rate_of(self.model)


def _rate_message(rate: Any) -> str:
    return explain(
        "LearningRateScheduler needs a number from its function",
        given=f"{rate!r}, of type {type(rate).__name__}",
        expected="a float: the learning rate of the epoch",
        remedy="LearningRateScheduler(lambda epoch, rate: float(rate * 0.9))",
    )

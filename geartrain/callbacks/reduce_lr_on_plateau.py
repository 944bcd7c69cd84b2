"""`ReduceLROnPlateau`: smaller steps when a number gets no better any more."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.callbacks.callback import Logs
from geartrain.callbacks.learning_rate import rate_of, set_rate
from geartrain.callbacks.monitor import MonitorCallback
from geartrain.errors import explain


class ReduceLROnPlateau(MonitorCallback):
    """Multiply the learning rate by a factor when a number of the logs got no better for a while.

    The learning rate is put into the logs, as `learning_rate`.

    Args:
        monitor: the number's name.
        factor: what the learning rate is multiplied by, below 1.
        patience: after how many epochs.
        verbose: 1 says when it happens.
        mode: "min" or "max" say which way is better; "auto" asks the metric.
        min_delta: how much better it must be to count as better.
        cooldown: for how many epochs nothing is counted after that.
        min_lr: the rate does not become smaller than this.
        **kwargs: none.

    Raises:
        ValueError: the factor is not below 1.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        if factor >= 1.0:
            raise ValueError(_factor_message(factor))
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.cooldown_counter = 0
        self.wait = 0

    def _reset(self) -> None:
        self.best = None
        self.cooldown_counter = self.wait = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._reset()

    def in_cooldown(self) -> bool:
        """Whether nothing is counted now."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        logs = {} if logs is None else logs
        logs["learning_rate"] = rate_of(self.model)
        if self.monitor_op is None:
            self._set_monitor_op()
        current = self.get_monitor_value(logs)
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        rate = rate_of(self.model)
        if rate <= np.float32(self.min_lr):
            return
        smaller = max(rate * self.factor, self.min_lr)
        set_rate(self.model, smaller)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {smaller}.")
        self.cooldown_counter = self.cooldown
        self.wait = 0


def _factor_message(factor: float) -> str:
    return explain(
        "ReduceLROnPlateau makes the learning rate smaller",
        given=f"factor={factor}",
        expected="a factor below 1.0",
        remedy="factor=0.1",
    )

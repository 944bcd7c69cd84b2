"""`EarlyStopping`: ends training when a number gets no better any more."""

from __future__ import annotations

from typing import Any

from geartrain.callbacks.callback import Logs
from geartrain.callbacks.monitor import MonitorCallback


class EarlyStopping(MonitorCallback):
    """End training after `patience` epochs in which a number of the logs got no better.

    Args:
        monitor: the number's name.
        min_delta: how much better it must be to count as better.
        patience: how many epochs may pass.
        verbose: 1 says when training ends.
        mode: "min" or "max" say which way is better; "auto" asks the metric.
        baseline: the number must be better than this to earn new patience.
        restore_best_weights: whether the model gets back its weights of the best epoch.
        start_from_epoch: the first epoch that is watched.

    Attributes:
        best, best_epoch, best_weights: the best number, its epoch and the weights then.
        stopped_epoch: the epoch after which training ended; 0 if it did not.

    >>> stop = EarlyStopping(monitor="loss", patience=1, mode="min")
    >>> stop._is_improvement(0.5, 0.6), stop._is_improvement(0.6, 0.6)
    (True, False)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.wait = 0
        self.stopped_epoch = 0
        self.best_epoch = 0
        self.best_weights: Any = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.monitor_op is None:
            self._set_monitor_op()
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(epoch)
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best = current
            self._keep(epoch)
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(
                    f"Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)

"""`History`: what `fit` returns."""

from __future__ import annotations

from geartrain.callbacks.callback import Callback, Logs


class History(Callback):
    """Keeps the logs of every epoch: `history.history["loss"]` is a list, one number an epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        for key, number in (logs or {}).items():
            self.history.setdefault(key, []).append(number)

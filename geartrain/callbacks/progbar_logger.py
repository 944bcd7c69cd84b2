"""`ProgbarLogger`: prints how far training is."""

from __future__ import annotations

from typing import Any

from geartrain.callbacks.callback import Callback, Logs
from geartrain.utils.progbar import BAR_WIDTH, Progbar


class ProgbarLogger(Callback):
    """Prints `Epoch 1/5`, and a line with a bar and the numbers; `fit` adds it for `verbose`.

    It does not ask for single batches: it shows what is known when a native call has ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.verbose = 0
        self.target: int | None = None
        self.epochs: int | None = None
        self.progbar: Progbar | None = None
        self._epoch = 0
        self._seen = 0
        self._in_training = False

    def wants_batches(self, kind: str) -> bool:
        return False

    @property
    def is_due(self) -> bool:
        """Whether it would show numbers now."""
        return self.progbar is not None and self.progbar.due

    def set_params(self, params: dict[str, Any]) -> None:
        super().set_params(params)
        self.verbose = int(params.get("verbose") or 0)
        self.epochs = params.get("epochs")
        self.target = params.get("steps")

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._in_training = True

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch
        self._begin()
        if self.verbose and (self.epochs or 0) > 1:
            print(f"Epoch {epoch + 1}/{self.epochs}", file=self._bar.stream, flush=True)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._update(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._finish(logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._in_training = False

    def on_test_begin(self, logs: Logs | None = None) -> None:
        if not self._in_training:
            self._begin()

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if not self._in_training:
            self._update(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        if not self._in_training:
            self._finish(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._begin()

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._update(batch, None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._finish(None)

    @property
    def _bar(self) -> Progbar:
        if self.progbar is None:
            self._begin()
        return self.progbar  # type: ignore[return-value]

    def _begin(self) -> None:
        self._seen = 0
        self.progbar = Progbar(self.target, BAR_WIDTH, self.verbose, stateless_metrics=[])

    def _update(self, batch: int, logs: Logs | None) -> None:
        self._seen = batch + 1
        if self._bar.live:
            self._bar.update(self._seen, list((logs or {}).items()), finalize=False)

    def _finish(self, logs: Logs | None) -> None:
        if self.target is None:
            self.target = self._bar.target = self._seen
        if self.verbose:
            self._bar.update(self.target or self._seen, list((logs or {}).items()), finalize=True)
        self.progbar = None

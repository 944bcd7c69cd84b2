"""`CallbackList`: calls the same method of several callbacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geartrain.callbacks.callback import Callback, Logs
from geartrain.callbacks.history import History
from geartrain.callbacks.progbar_logger import ProgbarLogger


class CallbackList(Callback):
    """Several callbacks as one.

    Args:
        callbacks: the callbacks, or one, or None.
        add_history: whether to add a `History`, if there is none.
        add_progbar: whether to add a `ProgbarLogger`, likewise.
        model: the model that is trained.
        **params: `epochs`, `steps`, `verbose`.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = _as_list(callbacks)
        self._add(History, wanted=add_history)
        self._add(ProgbarLogger, wanted=add_progbar)
        self.set_model(model)
        self.set_params(params)

    def _add(self, kind: type[Callback], *, wanted: bool) -> None:
        if wanted and not any(isinstance(each, kind) for each in self.callbacks):
            self.callbacks.append(kind())

    def append(self, callback: Callback) -> None:
        """Put one more at the end."""
        self.callbacks.append(callback)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.callbacks)

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params
        for each in self.callbacks:
            each.set_params(params)

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        for each in self.callbacks:
            if isinstance(each, History) and model is not None:
                model.history = each
            each.set_model(model)

    def wants_batches(self, kind: str) -> bool:
        return any(_wants_batches(each, kind) for each in self.callbacks)

    def shows(self) -> bool:
        """Whether a progress bar would show the numbers now."""
        return any(isinstance(each, ProgbarLogger) and each.is_due for each in self.callbacks)

    def _tell(self, method: str, *arguments: Any, logs: Logs | None) -> None:
        for each in self.callbacks:
            getattr(each, method)(*arguments, logs or {})

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_batch_begin", batch, logs=logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_batch_end", batch, logs=logs)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_train_batch_begin", batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_train_batch_end", batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_test_batch_begin", batch, logs=logs)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_test_batch_end", batch, logs=logs)

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_predict_batch_begin", batch, logs=logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._tell("on_predict_batch_end", batch, logs=logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._tell("on_epoch_begin", epoch, logs=logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._tell("on_epoch_end", epoch, logs=logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._tell("on_train_begin", logs=logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._tell("on_train_end", logs=logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._tell("on_test_begin", logs=logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        self._tell("on_test_end", logs=logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._tell("on_predict_begin", logs=logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._tell("on_predict_end", logs=logs)


def _as_list(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]


def _wants_batches(callback: Any, kind: str) -> bool:
    asks = getattr(callback, "wants_batches", None)
    return True if asks is None else bool(asks(kind))

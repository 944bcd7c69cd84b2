"""`Callback`: methods that training calls at its turns, and lists of such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Logs = dict[str, float]
BATCH_METHODS = ("on_train_batch_begin", "on_train_batch_end")


class Callback:
    """Override what is of interest; `self.model` and `self.params` are set before training."""

    def __init__(self) -> None:
        self.model: Any = None
        self.params: dict[str, Any] = {}

    def set_model(self, model: Any) -> None:
        """The model that is trained."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """`epochs`, `steps` and `verbose` of this training."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Training begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training has ended."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch has ended; `logs` holds the means over it."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch begins."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch has ended; `logs` holds the means up to it."""

    @property
    def wants_batches(self) -> bool:
        """Whether it looks at single batches, so that each must be a call of its own."""
        return any(
            getattr(type(self), name) is not getattr(Callback, name) for name in BATCH_METHODS
        )


class LambdaCallback(Callback):
    """A callback made of functions: `LambdaCallback(on_epoch_end=lambda epoch, logs: ...)`."""

    def __init__(self, **functions: Callable[..., None]) -> None:
        super().__init__()
        self._names = tuple(functions)
        for name, function in functions.items():
            setattr(self, name, function)

    @property
    def wants_batches(self) -> bool:
        """Whether one of the functions is for batches."""
        return any(name in BATCH_METHODS for name in self._names)


class CallbackList:
    """Calls the same method of every callback."""

    def __init__(self, callbacks: Sequence[Callback], model: Any, params: dict[str, Any]) -> None:
        self.callbacks = list(callbacks)
        for each in self.callbacks:
            each.set_model(model)
            each.set_params(params)
        self.wants_batches = any(each.wants_batches for each in self.callbacks)

    def tell(self, method: str, *arguments: Any) -> None:
        """Call a method of every callback, in order."""
        for each in self.callbacks:
            getattr(each, method)(*arguments)

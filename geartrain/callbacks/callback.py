"""`Callback`: methods that training, evaluation and prediction call at their turns.

    train_begin  epoch_begin  train_batch_begin  train_batch_end ... epoch_end ... train_end
                              test_begin  test_batch_begin ...  test_end

A callback that looks at batches makes each of them a native call of its own; without one, a call
holds as many steps as take some 50 ms.
"""

from __future__ import annotations

from typing import Any

Logs = dict[str, Any]
KINDS = ("train", "test", "predict")
WAYS = ("begin", "end")


class Callback:
    """Override what is of interest; `self.model` and `self.params` are set before training.

    >>> class Told(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(epoch, sorted(logs))
    >>> Told().on_epoch_end(0, {"loss": 1.0})
    0 ['loss']
    """

    holds_nothing = True  # of a model, whose attribute `history` is a callback

    def __init__(self) -> None:
        self.params: dict[str, Any] | None = None
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model that is trained."""
        return vars(self).get("_model")

    @model.setter
    def model(self, model: Any) -> None:
        self._model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """`epochs`, `steps` and `verbose` of this training."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """The model that is trained."""
        self._model = model

    # -- batches ---------------------------------------------------------------------------------

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of training begins: the older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of training has ended: the older name of `on_train_batch_end`."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of training begins."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of training has ended; `logs` holds the means up to it."""
        self.on_batch_end(batch, logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of evaluation begins, of validation too."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of evaluation has ended."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of prediction begins."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """A batch of prediction has ended; `logs["outputs"]` is what it gave."""

    # -- longer turns ----------------------------------------------------------------------------

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch begins."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """An epoch has ended; `logs` holds the means over it, those of validation as `val_...`."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Training begins."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Training has ended; `logs` is what the last epoch ended with."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Evaluation begins, or validation."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Evaluation has ended."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Prediction begins."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Prediction has ended."""

    def wants_batches(self, kind: str) -> bool:
        """Whether it looks at single batches, so that each must be a call of its own.

        Args:
            kind: of the batches: `train`, `test` or `predict`.
        """
        names = [f"on_{kind}_batch_{way}" for way in WAYS]
        if kind == "train":
            names += [f"on_batch_{way}" for way in WAYS]
        return any(_is_own(self, name) for name in names)


def _is_own(callback: Any, name: str) -> bool:
    """Whether a method is not the one of `Callback`."""
    if name in vars(callback):
        return True
    return getattr(type(callback), name, None) is not getattr(Callback, name)

"""`History`: what `fit` returns."""

from __future__ import annotations

import weakref
from typing import Any

from geartrain.callbacks.callback import Callback, Logs

OTHER_NAMES = {
    "acc": "accuracy",
    "lr": "learning_rate",
    "mae": "mean_absolute_error",
    "mse": "mean_squared_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
}
OTHER_NAMES |= {other: name for name, other in OTHER_NAMES.items()}


def other_name(key: str) -> str:
    """The other name of what logs call so: "val_acc" is "val_accuracy"; the same, without one.

    >>> other_name("val_income_mae")
    'val_income_mean_absolute_error'
    """
    start = "val_" if key.startswith("val_") else ""
    name = key.removeprefix(start)
    if name in OTHER_NAMES:
        return start + OTHER_NAMES[name]
    ends = [each for each in OTHER_NAMES if name.endswith(f"_{each}")]  # of one output of several
    last = max(ends, key=len, default=None)
    return key if last is None else key.removesuffix(last) + OTHER_NAMES[last]


class Numbers(dict[str, list[Any]]):
    """The numbers of epochs by name, where a metric's other name finds them too.

    So do "acc" and "accuracy" the only accuracy that there is, whichever it is.

    >>> Numbers(val_accuracy=[0.9])["val_acc"]
    [0.9]
    >>> Numbers(val_binary_accuracy=[0.9])["val_acc"]
    [0.9]
    """

    def __missing__(self, key: str) -> list[Any]:
        other = other_name(str(key))
        if other in self:
            return self[other]
        accuracies = self._accuracies("val_" if other.startswith("val_") else "")
        if other.removeprefix("val_") in ("acc", "accuracy") and len(accuracies) == 1:
            return self[accuracies[0]]
        raise KeyError(key)

    def _accuracies(self, start: str) -> list[str]:
        """The names of accuracies of the training, or of those of the validation."""
        ends = (each for each in self if each.endswith("_accuracy"))
        return [each for each in ends if each.startswith("val_") == bool(start)]


class History(Callback):
    """Keeps the logs of every epoch: `history.history["loss"]` is a list, one number an epoch.

    `epoch` has the numbers of the epochs, from 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = Numbers()
        self.epoch: list[int] = []

    @property
    def model(self) -> Any:
        """The model that is trained: it keeps its history, which so must not keep it."""
        found = vars(self).get("_model")
        return None if found is None else found()

    @model.setter
    def model(self, model: Any) -> None:
        self.set_model(model)

    def set_model(self, model: Any) -> None:
        """The model that is trained."""
        self._model = None if model is None else weakref.ref(model)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy, or a pickle, is made of: the numbers, and no model."""
        return {**vars(self), "_model": None}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        for key, number in (logs or {}).items():
            self.history.setdefault(key, []).append(number)
        self.model.history = self

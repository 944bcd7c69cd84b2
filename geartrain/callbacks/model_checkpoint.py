"""`ModelCheckpoint`: saves the model while it trains."""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path
from typing import Any

from geartrain.callbacks.callback import Logs
from geartrain.callbacks.history import other_name
from geartrain.callbacks.monitor import MonitorCallback
from geartrain.callbacks.save_freq import BatchCount, check_save_freq
from geartrain.errors import explain
from geartrain.tensor.user_line import levels_to_user

WEIGHTS_END = ".weights.h5"
MODEL_ENDS = (".keras", ".h5")


class ModelCheckpoint(MonitorCallback):
    """Save the model, or its weights, after epochs or batches.

    Args:
        filepath: the file; names in braces are numbers of the logs, and `{epoch}` counts from 1:
            `"model-{epoch:02d}-{val_loss:.2f}.keras"`. It ends in `.keras`, or for weights in
            `.weights.h5`.
        monitor: the number that says which model is the best.
        verbose: 1 says what is saved.
        save_best_only: whether to save only what is better than all before.
        save_weights_only: whether to save the weights alone.
        mode: "min" or "max" say which way is better; "auto" asks the metric.
        save_freq: "epoch", or after how many batches.
        initial_value_threshold: what the first number must be better than.

    Raises:
        ValueError: a frequency that is none, or a file's name with another ending.
    """

    _may_be_a_folder = False  # a kind of models that are kept in one says otherwise

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        check_save_freq(type(self).__name__, save_freq)
        _check_ending(self.filepath, weights=save_weights_only)
        self._count = BatchCount(save_freq)
        self._current_epoch = 0

    def wants_batches(self, kind: str) -> bool:
        return kind == "train" and self.save_freq != "epoch"

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._current_epoch = epoch
        self._count.begin_epoch()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self._count.is_due(batch):
            self._save(self._current_epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch, None, logs or {})

    def _save(self, epoch: int, batch: int | None, logs: Logs) -> None:
        path = self._path(epoch, batch, logs)
        if self.save_best_only and not self._is_best(epoch, logs, path):
            return
        says = self.verbose > 0
        if not self.save_best_only and says:
            print(f"\nEpoch {epoch + 1}: saving model to {path}")
        if not self._may_be_a_folder and Path(path).is_dir():
            raise OSError(_folder_message(path))
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        if says:
            print(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def _is_best(self, epoch: int, logs: Logs, path: str) -> bool:
        """Whether this is better than all before; the best number is kept then."""
        if self.monitor_op is None:
            self._set_monitor_op()
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(_monitor_message(self.monitor, logs), stacklevel=levels_to_user())
            return False
        former, better = self.best, self._is_improvement(value, self.best)
        if better:
            self.best = value
        if self.verbose > 0 and better:
            start = "None" if former is None else f"{former:.5f}"
            print(
                f"\nEpoch {epoch + 1}: {self.monitor} improved from {start} to {value:.5f}, "
                f"saving model to {path}"
            )
        elif self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {former:.5f}")
        return better

    def _path(self, epoch: int, batch: int | None, logs: Logs) -> str:
        """The file's name with the numbers in it."""
        others = {other_name(name): number for name, number in logs.items()}
        known: dict[str, Any] = {**others, "epoch": epoch + 1, **logs}
        if batch is not None:
            known["batch"] = batch + 1
        try:
            return str(self.filepath.format(**known))
        except KeyError as error:
            raise KeyError(_name_message(self.filepath, known)) from error


def _check_ending(path: str, *, weights: bool) -> None:
    bare = re.sub(r"\{[^}]*\}", "", path)
    if weights and not bare.endswith(WEIGHTS_END):
        raise ValueError(_ending_message(path, "the weights alone", f"'{WEIGHTS_END}'"))
    if not weights and (not bare.endswith(MODEL_ENDS) or bare.endswith(WEIGHTS_END)):
        raise ValueError(_ending_message(path, "whole models", "'.keras'"))


def _ending_message(path: str, what: str, ending: str) -> str:
    return explain(
        f"ModelCheckpoint saves {what} under another ending",
        given=f"filepath={path!r}",
        expected=f"a name that ends in {ending}",
        remedy=f"filepath='checkpoint{ending[1:-1]}'",
    )


def _folder_message(path: str) -> str:
    return explain(
        "ModelCheckpoint cannot write this file",
        given=f"filepath={path!r}, which is a folder",
        expected="the name of a file",
        remedy=f"filepath={str(Path(path) / 'model.keras')!r}",
    )


def _monitor_message(monitor: str, logs: Logs) -> str:
    return explain(
        f"ModelCheckpoint finds no '{monitor}' in the logs, and saves nothing",
        given=f"logs with {', '.join(sorted(logs)) or 'nothing'}",
        expected=f"'{monitor}' (set by monitor=), to know which model is the best",
        remedy="model.fit(..., validation_split=0.2), or monitor='loss'",
    )


def _name_message(path: str, known: Logs) -> str:
    return explain(
        "ModelCheckpoint cannot make the file's name",
        given=f"filepath={path!r}",
        expected=f"names in braces from: {', '.join(sorted(known))}",
        remedy="filepath='model-{epoch:02d}.keras'",
    )

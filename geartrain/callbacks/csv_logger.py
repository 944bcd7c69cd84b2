"""`CSVLogger`: the logs of each epoch, in a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from geartrain.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Write a line with the logs of each epoch into a file, which is whole after each epoch.

    The first line has the names: `epoch`, then those of the first logs in alphabetical order, and
    the same with `val_` before them, unless some have it: validation may come with later epochs.
    A number that logs lack is `NA`.

    Args:
        filename: the file's path.
        separator: what stands between numbers.
        append: whether to go on in a file that is there.
    """

    def __init__(self, filename: Any, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.sep = separator
        self.filename = os.fspath(filename)
        self.append = append
        self.writer: Any = None
        self.keys: list[str] | None = None
        self.append_header = True
        self.csv_file: TextIO | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        path = Path(self.filename)
        going_on = self.append and path.exists()
        self.append_header = not (going_on and path.stat().st_size)
        self.csv_file = path.open("a" if self.append else "w", newline="")
        self.writer = self.keys = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        given = logs or {}
        if self.csv_file is None:
            self.on_train_begin()
        if self.keys is None:
            self.keys = _with_validation(sorted(given))
            self._begin()
        row = {"epoch": epoch, **{key: _text(given.get(key, "NA")) for key in self.keys}}
        self.writer.writerow(row)
        if self.csv_file is not None:
            self.csv_file.flush()

    def _begin(self) -> None:
        names = ["epoch", *(self.keys or ())]
        self.writer = csv.DictWriter(self.csv_file, names, delimiter=self.sep, lineterminator="\n")  # type: ignore[arg-type]
        if self.append_header:
            self.writer.writeheader()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.csv_file is not None:
            self.csv_file.close()
        self.csv_file = self.writer = None


def _with_validation(keys: list[str]) -> list[str]:
    """The names, and those that validation may give later, as after every other epoch."""
    if any(key.startswith("val_") for key in keys):
        return keys
    return keys + [f"val_{key}" for key in keys]


def _text(value: Any) -> Any:
    """A number as it is; several in brackets."""
    is_one = isinstance(value, np.ndarray) and value.ndim == 0
    if isinstance(value, str) or not isinstance(value, Iterable) or is_one:
        return value
    return f'"[{", ".join(map(str, value))}]"'

"""`BackupAndRestore`: training that was interrupted goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from geartrain.callbacks.callback import Callback, Logs
from geartrain.callbacks.save_freq import BatchCount, check_save_freq
from geartrain.errors import explain

WEIGHTS, NOTES, OLDER = "latest.weights.h5", "training_metadata.json", ".backup"


class BackupAndRestore(Callback):
    """Keep the state of training in a folder; `fit` called again after a crash begins from it.

    The state are the weights, those of the optimizer, and how far training was. A file is written
    beside the former one and takes its place when it is whole.

    Args:
        backup_dir: the folder, for this training alone.
        save_freq: "epoch", or after how many batches.
        double_checkpoint: whether the state before the last one is kept as well.
        delete_checkpoint: whether the files are deleted when training has ended.

    Raises:
        ValueError: no folder, or a frequency that is none.
    """

    def __init__(
        self,
        backup_dir: Any,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        if not backup_dir:
            raise ValueError(_folder_message(backup_dir))
        check_save_freq(type(self).__name__, save_freq)
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._count = BatchCount(save_freq)
        self._epoch = 0

    def wants_batches(self, kind: str) -> bool:
        return kind == "train" and self.save_freq != "epoch"

    @property
    def _weights_path(self) -> Path:
        return Path(self.backup_dir) / WEIGHTS

    @property
    def _notes_path(self) -> Path:
        return Path(self.backup_dir) / NOTES

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._restore()

    def _restore(self) -> None:
        """Give the model the state that was kept, and tell `fit` where to begin."""
        if not (self._notes_path.exists() and self._weights_path.exists()):
            return
        if not self.model.built:
            raise ValueError(_unbuilt_message())
        notes = json.loads(self._notes_path.read_text())
        if self.model.optimizer is not None and not self.model.optimizer.built:
            self.model.optimizer.build(self.model.trainable_variables)
        self.model.load_weights(self._weights_path)
        self.model._initial_epoch = notes["epoch"]

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch
        self._count.begin_epoch()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self._count.is_due(batch):
            self._save(self._epoch, batch)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch + 1
        if self.save_freq == "epoch":
            self._save(self._epoch, 0)

    def _save(self, epoch: int, batch: int) -> None:
        Path(self.backup_dir).mkdir(parents=True, exist_ok=True)
        if self.double_checkpoint:
            for path in (self._weights_path, self._notes_path):
                if path.exists():
                    shutil.copy2(path, path.with_name(path.name + OLDER))
        self.model.save_weights(self._weights_path, overwrite=True)
        beside = self._notes_path.with_suffix(".new")
        beside.write_text(json.dumps({"epoch": epoch, "batch": batch}))
        beside.replace(self._notes_path)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.delete_checkpoint and Path(self.backup_dir).exists():
            for path in (self._weights_path, self._notes_path):
                path.unlink(missing_ok=True)
                path.with_name(path.name + OLDER).unlink(missing_ok=True)
            if not any(Path(self.backup_dir).iterdir()):
                Path(self.backup_dir).rmdir()


def _folder_message(given: Any) -> str:
    return explain(
        "BackupAndRestore needs a folder",
        given=f"backup_dir={given!r}",
        expected="the path of a folder, for this training alone",
        remedy="BackupAndRestore(backup_dir='backup')",
    )


def _unbuilt_message() -> str:
    return explain(
        "BackupAndRestore cannot restore a model without weights",
        given="a model that was not built",
        expected="a model that has its weights when training begins",
        remedy="model.build((None, 784)), or layers.Input(...) as its first part",
    )

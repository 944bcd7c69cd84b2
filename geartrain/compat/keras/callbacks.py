"""Callbacks as Keras 2 took them: the names of `keras.callbacks` that differ from ours."""

from __future__ import annotations

import os
from typing import Any

from geartrain import callbacks
from geartrain.compat.keras.older_saving import WEIGHTS_END, has_ending
from geartrain.compat.keras.renamed import renamed

__all__ = [
    "BaseLogger", "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau", "TensorBoard",
    "experimental",
]  # fmt: skip

GONE = ("batch_size", "write_grads", "embeddings_layer_names", "embeddings_data", "profile_batch")


class BaseLogger(callbacks.Callback):
    """Nothing is left to do for it: the logs of an epoch are means already.

    Args:
        stateful_metrics: taken, and left alone: a metric keeps its own mean.
    """

    def __init__(self, stateful_metrics: Any = None) -> None:
        super().__init__()
        self.stateful_metrics = set(stateful_metrics or ())


class ProgbarLogger(callbacks.ProgbarLogger):
    """`callbacks.ProgbarLogger`, which counts steps whatever it is told to count."""

    def __init__(self, count_mode: str = "steps", stateful_metrics: Any = None) -> None:
        super().__init__()


class TensorBoard(callbacks.TensorBoard):
    """`callbacks.TensorBoard`, which also takes, and leaves alone, what it needs no more.

    Embeddings and gradients come of the model itself, without data to compute them on.
    """

    def __init__(self, log_dir: Any = "logs", histogram_freq: int = 0, **kwargs: Any) -> None:
        super().__init__(log_dir, histogram_freq, **renamed("TensorBoard", kwargs, {}, GONE))


class ReduceLROnPlateau(callbacks.ReduceLROnPlateau):
    """`callbacks.ReduceLROnPlateau`, with `epsilon` for `min_delta`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        names = {"epsilon": "min_delta"}
        super().__init__(*args, **renamed("ReduceLROnPlateau", kwargs, names))


class ModelCheckpoint(callbacks.ModelCheckpoint):
    """`callbacks.ModelCheckpoint`, with `period` for how many epochs lie between two files.

    The file's name may have no ending: see `older_saving`.
    """

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        *args: Any,
        period: int = 1,
        **kwargs: Any,
    ) -> None:
        self.period = period
        path, end = os.fspath(filepath), WEIGHTS_END if save_weights_only else ".keras"
        kwargs.pop("options", None)
        named = path if path.endswith(end) else path + end  # what is checked: any name will do
        super().__init__(
            named, monitor, verbose, save_best_only, save_weights_only, *args, **kwargs
        )
        self.filepath = path  # models are saved under names without an ending as well
        self._may_be_a_folder = not has_ending(path)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if (epoch + 1) % self.period == 0:
            super().on_epoch_end(epoch, logs)


class experimental:  # noqa: N801  (a namespace)
    """Names that TensorFlow had here before."""

    BackupAndRestore = callbacks.BackupAndRestore

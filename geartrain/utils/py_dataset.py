"""`PyDataset`: batches that a user's class gives by number."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from typing import Any

from geartrain.tensor.user_line import levels_to_user


class PyDataset:
    """A data set that gives its batches by number, so that several workers can make them.

    A subclass defines `__getitem__(index)`, which gives batch `index` as `(x, y)` or
    `(x, y, sample_weight)`, and `__len__()`, the number of batches (or `num_batches`, None for a
    data set without an end).

    Args:
        workers: how many threads or processes make batches while the model trains; 0 and 1 make
            them in the training's own thread.
        use_multiprocessing: whether workers are processes, which helps where a batch is made in
            Python itself; the data set must be one that can be pickled, then.
        max_queue_size: how many batches may be ready before they are asked for.

    >>> import numpy as np
    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...     def __getitem__(self, index):
    ...         x = np.arange(4 * index, 4 * index + 4, dtype="float32")[:, np.newaxis]
    ...         return x, x**2
    >>> Squares(workers=2).num_batches
    3
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self._workers = workers
        self._use_multiprocessing = use_multiprocessing
        self._max_queue_size = max_queue_size

    def _option(self, name: str, otherwise: Any) -> Any:
        if f"_{name}" not in vars(self):
            _warn(self)
            vars(self).update(_workers=1, _use_multiprocessing=False, _max_queue_size=10)
        return vars(self).get(f"_{name}", otherwise)

    @property
    def workers(self) -> int:
        """How many threads or processes make batches."""
        number: int = self._option("workers", 1)
        return number

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """Whether workers are processes."""
        return bool(self._option("use_multiprocessing", otherwise=False))

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = value

    @property
    def max_queue_size(self) -> int:
        """How many batches may be ready before they are asked for."""
        number: int = self._option("max_queue_size", 10)
        return number

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = value

    @abstractmethod
    def __getitem__(self, index: int) -> Any:
        """The batch of a number."""
        raise NotImplementedError(f"{type(self).__name__} defines no __getitem__(index)")

    @property
    def num_batches(self) -> int | None:
        """How many batches there are; None if there is no end."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(f"{type(self).__name__} defines no __len__() or num_batches")

    def on_epoch_begin(self) -> None:
        """An epoch begins."""

    def on_epoch_end(self) -> None:
        """An epoch has ended: the place to shuffle samples."""


def _warn(dataset: PyDataset) -> None:
    warnings.warn(
        f"{type(dataset).__name__}.__init__ did not call that of PyDataset, so that it has one "
        "worker. Remedy: super().__init__(**kwargs) as the first line of __init__",
        stacklevel=levels_to_user(),
    )

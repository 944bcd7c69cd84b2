"""`TimeseriesGenerator`: windows of a series, in batches."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor import Array
from geartrain.utils.py_dataset import PyDataset


class TimeseriesGenerator(PyDataset):
    """Batches of windows of a series, and for each window the target of the step behind it.

    Args:
        data: steps along the first axis.
        targets: as many, one for each step.
        length: of a window, in steps of the series.
        sampling_rate: every so many steps of a window are taken.
        stride: how many steps lie between windows.
        start_index: the first step that is used.
        end_index: the last one; None takes all.
        shuffle: whether windows are drawn at random.
        reverse: whether a window's last step comes first.
        batch_size: windows a batch.
        **kwargs: those of `PyDataset`.

    Raises:
        ValueError: there are not as many targets as steps, or no window fits.

    >>> series = np.arange(10.0)[:, None]
    >>> x, y = TimeseriesGenerator(series, series, length=3, batch_size=2)[0]
    >>> x[:, :, 0].tolist(), y[:, 0].tolist()
    ([[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]], [3.0, 4.0])
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if len(data) != len(targets):
            raise ValueError(_lengths_message(data, targets))
        self.data, self.targets = data, targets
        self.length, self.sampling_rate, self.stride = length, sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ValueError(_window_message(self))

    def __len__(self) -> int:
        whole = self.batch_size * self.stride
        return (self.end_index - self.start_index + whole) // whole

    def __getitem__(self, index: int) -> tuple[Array, Array]:
        steps = self._steps(index)
        windows = [self.data[at - self.length : at : self.sampling_rate] for at in steps]
        samples, targets = np.array(windows), np.array([self.targets[at] for at in steps])
        return (samples[:, ::-1, ...] if self.reverse else samples), targets

    def _steps(self, index: int) -> Array:
        """The steps behind the windows of a batch."""
        if self.shuffle:
            return np.random.randint(  # noqa: NPY002  (Keras's generator, which users seed)
                self.start_index, self.end_index + 1, size=self.batch_size
            )
        first = self.start_index + self.batch_size * self.stride * index
        last = min(first + self.batch_size * self.stride, self.end_index + 1)
        return np.arange(first, last, self.stride)

    def get_config(self) -> dict[str, Any]:
        """What it was made with, as plain data; the series as text."""
        names = ("length", "sampling_rate", "stride", "start_index", "end_index", "shuffle",
                 "reverse", "batch_size")  # fmt: skip
        series = {name: json.dumps(np.asarray(getattr(self, name)).tolist())
                  for name in ("data", "targets")}  # fmt: skip
        return {**series, **{name: getattr(self, name) for name in names}}

    def to_json(self, **kwargs: Any) -> str:
        """The same as text."""
        config = {"class_name": type(self).__name__, "config": self.get_config()}
        return json.dumps(config, **kwargs)


def _lengths_message(data: Any, targets: Any) -> str:
    return explain(
        "TimeseriesGenerator needs a target for each step",
        given=f"{len(data)} steps and {len(targets)} targets",
        expected="as many of both",
        remedy="TimeseriesGenerator(data, targets=data, length=...)",
    )


def _window_message(generator: TimeseriesGenerator) -> str:
    return explain(
        "No window of this length fits into the series",
        given=f"length={generator.length}, and steps up to {generator.end_index}",
        expected="start_index + length of at most end_index",
        remedy=f"length={max(generator.end_index // 2, 1)}",
    )

"""`timeseries_dataset_from_array`: windows of a series, in batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.data import Dataset
from geartrain.data.computed import Computed
from geartrain.data.elements import read_leaf
from geartrain.errors import explain
from geartrain.tensor import Array
from geartrain.utils.image_dataset import check_format


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",  # noqa: A002
) -> Dataset:
    """Windows of a series, each with the target that belongs to its start.

    Window n has the rows `start + n * stride + k * rate` for `k < length`, and target `start + n *
    stride`.

    Args:
        data: the series; its first axis is time.
        targets: one for each row at which a window may start; None gives windows alone.
        sequence_length: how many rows a window has.
        sequence_stride: how far apart windows begin.
        sampling_rate: how far apart the rows of a window are.
        batch_size: None gives windows one by one.
        shuffle: whether the order is random, and another one in each pass.
        seed: of the order.
        start_index: rows before this one are left out.
        end_index: rows from this one on are left out.
        format: "tf" or "grain": taken for the sake of Keras's users.

    Returns:
        A `data.Dataset` of windows `(batch, sequence_length, ...)`, or of pairs with targets.

    Raises:
        ValueError: a number that the series has no room for.

    >>> windows = timeseries_dataset_from_array(np.arange(6), None, sequence_length=4)
    >>> [each.numpy().tolist() for each in windows]
    [[[0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5]]]
    """
    check_format(format)
    series = np.asarray(read_leaf(data))
    goals = None if targets is None else np.asarray(read_leaf(targets))
    steps = {"sampling_rate": sampling_rate, "sequence_stride": sequence_stride}
    _check(len(series), steps, start_index, end_index)
    first, last = start_index or 0, len(series) if end_index is None else end_index
    room = last - first - (sequence_length - 1) * sampling_rate
    if goals is not None:
        room = min(room, len(goals) - first if start_index is None else len(goals))
    starts = np.arange(0, max(room, 0), sequence_stride)
    if shuffle:
        drawn = np.random.randint(1_000_000) if seed is None else seed  # noqa: NPY002
        np.random.RandomState(drawn).shuffle(starts)
    within = np.arange(0, sequence_length * sampling_rate, sampling_rate)

    def rows(numbers: Array) -> Any:
        windows = series.take(first + numbers[:, np.newaxis] + within, axis=0)
        return windows if goals is None else (windows, goals.take(first + numbers, axis=0))

    dataset = Dataset(Computed(starts, rows))
    if batch_size is None:
        return dataset.shuffle(1024, seed=seed) if shuffle else dataset
    if shuffle:
        dataset = dataset.shuffle(batch_size * 8, seed=seed)
    return dataset.batch(batch_size)


def _check(length: int, steps: dict[str, int], start: int | None, end: int | None) -> None:
    for name, given in (("start_index", start), ("end_index", end)):
        if given is not None and not 0 <= given <= length - (name == "start_index"):
            raise ValueError(_index_message(name, given, length))
    if end is not None and end <= (start or 0):
        raise ValueError(_order_message(start, end))
    for name, given in steps.items():
        if not 0 < given < length:
            raise ValueError(_step_message(name, given, length))


def _index_message(name: str, given: int, length: int) -> str:
    return explain(
        f"`{name}` must be the number of a row",
        given=f"{name}={given}, data of length {length}",
        expected=f"a number from 0, lower than {length}",
        remedy=f"{name}=None",
    )


def _order_message(start: int | None, end: int) -> str:
    return explain(
        "`end_index` must be higher than `start_index`",
        given=f"start_index={start}, end_index={end}",
        expected="rows between them",
        remedy="end_index=None",
    )


def _step_message(name: str, given: int, length: int) -> str:
    return explain(
        f"`{name}` must be higher than 0, and lower than the length of the data",
        given=f"{name}={given}, data of length {length}",
        expected=f"a number from 1 to {length - 1}",
        remedy=f"{name}=1",
    )

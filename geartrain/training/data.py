"""The data that training is given: made arrays, checked, and cut into batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor import Array, Tensor, Variable, format_shape

DEFAULT_BATCH_SIZE = 32


@dataclass(frozen=True)
class Data:
    """Samples, what they should give (None for prediction), and how many make a batch."""

    x: Array
    y: Array | None
    batch_size: int

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(self.x)

    @property
    def steps(self) -> int:
        """How many batches they make; the last may be smaller."""
        return -(-self.samples // self.batch_size)

    def split(self, fraction: float) -> tuple[Data, Data]:
        """The first samples, and the last `fraction` of them, which are kept for validation."""
        if not 0 < fraction < 1:
            raise ValueError(_split_message(fraction))
        at = int(self.samples * (1 - fraction))
        if not 0 < at < self.samples or self.y is None:
            raise ValueError(_split_message(fraction))
        first = Data(self.x[:at], self.y[:at], self.batch_size)
        return first, Data(self.x[at:], self.y[at:], self.batch_size)


def read_data(where: str, x: Any, y: Any, batch_size: int | None) -> Data:
    """Arrays of what was given, checked.

    Raises:
        TypeError: something else than numbers.
        ValueError: no samples, x and y of different lengths, NaN among the numbers, or an
            impossible batch size.
    """
    size = DEFAULT_BATCH_SIZE if batch_size is None else batch_size
    if not isinstance(size, int | np.integer) or size < 1:
        raise ValueError(_batch_message(where, size))
    inputs = read_array(where, "x", x)
    targets = None if y is None else read_array(where, "y", y)
    if targets is not None and len(targets) != len(inputs):
        raise ValueError(_length_message(where, inputs, targets))
    return Data(inputs, targets, int(size))


def read_array(where: str, name: str, given: Any) -> Array:
    """A contiguous array of numbers, with at least one sample and no NaN."""
    array = given.numpy() if isinstance(given, Tensor | Variable) else np.asarray(given)
    if array.dtype.kind not in "biuf" and array.dtype.name != "bfloat16":
        raise TypeError(_dtype_message(where, name, array))
    if array.ndim == 0 or not len(array):
        raise ValueError(_empty_message(where, name, array))
    array = np.ascontiguousarray(array)
    if array.dtype.kind == "f" and np.isnan(_total(array)):
        _raise_for_nan(where, name, array)
    return array


def _total(array: Array) -> float:
    """A sum through which a NaN shows: one quick pass over the data."""
    with np.errstate(all="ignore"):
        return float(np.add.reduce(array, axis=None))


def _raise_for_nan(where: str, name: str, array: Array) -> None:
    places = np.argwhere(np.isnan(array))
    if len(places):  # else the sum met inf - inf, which is no NaN of the user's
        raise ValueError(_nan_message(where, name, array, places[0], len(places)))


def _nan_message(where: str, name: str, array: Array, first: Sequence[int], count: int) -> str:
    place = ", ".join(str(each) for each in first)
    return explain(
        f"{where} was given numbers that are not numbers",
        given=f"{name} of shape {format_shape(array.shape)} with {count} NaN, "
        f"the first at {name}[{place}]",
        expected="finite numbers: one NaN makes the loss and then every weight NaN",
        remedy=f"{name} = np.nan_to_num({name}), or drop sample {first[0]}",
    )


def _length_message(where: str, x: Array, y: Array) -> str:
    shortest = min(len(x), len(y))
    return explain(
        f"{where} needs a target for each sample",
        given=f"x of shape {format_shape(x.shape)}, y of shape {format_shape(y.shape)}",
        expected="x and y of one length (x sets the number of samples)",
        axis=f"axis 0: {len(x)} samples against {len(y)} targets",
        remedy=f"x[:{shortest}], y[:{shortest}], if they belong together in that order",
    )


def _dtype_message(where: str, name: str, array: Array) -> str:
    return explain(
        f"{where} can only use numbers",
        given=f"{name} of shape {format_shape(array.shape)}, dtype {array.dtype}",
        expected="numbers: float32, uint8, int64, bool, ...",
        remedy=f"np.asarray({name}, dtype='float32')",
    )


def _empty_message(where: str, name: str, array: Array) -> str:
    return explain(
        f"{where} needs at least one sample",
        given=f"{name} of shape {format_shape(array.shape)}",
        expected="a first axis that counts the samples, one or more",
        remedy=f"{name}[np.newaxis], if {name} is a single sample",
    )


def _batch_message(where: str, batch_size: object) -> str:
    return explain(
        f"{where} cannot use this batch size",
        given=f"batch_size={batch_size!r}",
        expected="a whole number from 1",
        remedy="batch_size=128",
    )


def _split_message(fraction: float) -> str:
    return explain(
        "fit cannot set aside these samples for validation",
        given=f"validation_split={fraction!r}",
        expected="a share between 0 and 1 that leaves samples on both sides, and y",
        remedy="validation_split=0.2",
    )

"""`to_categorical`: class numbers become one-hot rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import explain


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray[Any, Any]:
    """A row for each class number, 1 at its place and 0 elsewhere.

    Args:
        x: whole numbers from 0, of shape `(n,)`, `(n, 1)` or more axes.
        num_classes: how many classes there are; one more than the largest number, if None.

    Returns:
        A float64 array of shape `(*x.shape, num_classes)`; a last axis of size 1 is dropped first.

    Raises:
        ValueError: a number is negative or not below `num_classes`, or there are none.

    >>> to_categorical([2, 0]).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    numbers = np.asarray(x).astype(np.int64)
    if numbers.ndim > 1 and numbers.shape[-1] == 1:
        numbers = numbers[..., 0]
    if not numbers.size:
        raise ValueError(_empty_message(numbers))
    count = int(numbers.max()) + 1 if num_classes is None else num_classes
    if numbers.min() < 0 or numbers.max() >= count:
        raise ValueError(_range_message(numbers, count))
    rows = np.zeros((numbers.size, count))
    rows[np.arange(numbers.size), numbers.ravel()] = 1
    return rows.reshape((*numbers.shape, count))


def _empty_message(numbers: np.ndarray[Any, Any]) -> str:
    return explain(
        "to_categorical needs at least one class number",
        given=f"an array of shape {numbers.shape}",
        expected="whole numbers from 0",
        remedy="to_categorical([0, 1, 2])",
    )


def _range_message(numbers: np.ndarray[Any, Any], count: int) -> str:
    return explain(
        "to_categorical was given a number that is no class",
        given=f"numbers from {numbers.min()} to {numbers.max()}",
        expected=f"numbers from 0 to {count - 1}, as there are {count} classes",
        remedy=f"to_categorical(x - {numbers.min()})"
        if numbers.min() < 0
        else f"to_categorical(x, {numbers.max() + 1})",
    )

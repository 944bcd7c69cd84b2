"""`to_categorical`: class numbers become one-hot rows."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from geartrain.errors import explain

Array = np.ndarray[Any, Any]


def to_categorical(x: Any, num_classes: int | None = None) -> Array:
    """A row for each class number, 1 at its place and 0 elsewhere.

    Args:
        x: whole numbers from 0, of shape `(n,)`, `(n, 1)` or more axes.
        num_classes: how many classes there are; one more than the largest number, if None.

    Returns:
        A float64 array of shape `(*x.shape, num_classes)`; a last axis of size 1 is dropped first.

    Raises:
        ValueError: a number is not whole, negative or not below `num_classes`, or there are none.
        TypeError: `num_classes` is no whole number.

    >>> to_categorical([2, 0]).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    numbers = _whole_numbers(x)
    if numbers.ndim > 1 and numbers.shape[-1] == 1:
        numbers = numbers[..., 0]
    count = _count_classes(numbers, num_classes)
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < count:
        raise ValueError(_range_message(numbers, count))
    rows = np.zeros((numbers.size, count))
    rows[np.arange(numbers.size), numbers.ravel()] = 1
    return rows.reshape((*numbers.shape, count))


def _whole_numbers(x: Any) -> Array:
    given = np.asarray(x)
    try:
        with np.errstate(invalid="ignore"):  # NaN is found by the comparison
            numbers = given.astype(np.int64)
    except (TypeError, ValueError) as error:
        raise ValueError(_kind_message(given, str(error))) from None
    if given.dtype.kind not in "SU" and (numbers != given).any():
        other = given[numbers != given].ravel()[0]
        raise ValueError(_kind_message(given, f"{other} among them"))
    return numbers


def _count_classes(numbers: Array, num_classes: int | None) -> int:
    if not num_classes:  # 0 counts as None, as in Keras
        if not numbers.size:
            raise ValueError(_empty_message(numbers))
        return int(numbers.max()) + 1
    try:
        count = operator.index(num_classes)
    except TypeError:
        raise TypeError(_count_message(num_classes)) from None
    if count < 0:
        raise ValueError(_count_message(num_classes))
    return count


def _kind_message(given: Array, what: str) -> str:
    return explain(
        "to_categorical needs class numbers",
        given=f"{given.dtype} of shape {given.shape}: {what}",
        expected="whole numbers from 0",
        remedy="names, number = np.unique(x, return_inverse=True); to_categorical(number)",
    )


def _empty_message(numbers: Array) -> str:
    return explain(
        "to_categorical can't tell how many classes there are",
        given=f"an array of shape {numbers.shape}, and no num_classes",
        expected="at least one class number, or num_classes",
        remedy="to_categorical(x, num_classes=10)",
    )


def _count_message(num_classes: object) -> str:
    return explain(
        "to_categorical can't make this many classes",
        given=f"num_classes={num_classes!r}",
        expected="a whole number from 1, or None for one more than the largest number",
        remedy="to_categorical(x, num_classes=10)",
    )


def _range_message(numbers: Array, count: int) -> str:
    low, high = numbers.min(), numbers.max()
    return explain(
        "to_categorical was given a number that is no class",
        given=f"numbers from {low} to {high}",
        expected=f"numbers from 0 to {count - 1}, as there are {count} classes",
        remedy=f"to_categorical(x - {low})" if low < 0 else f"to_categorical(x, {high + 1})",
    )

"""Series of different lengths, brought to one length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain, unknown_name
from geartrain.tensor import Array

SIDES = ("pre", "post")


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> Array:
    """Series as one array: the shorter filled up, the longer cut off.

    Args:
        sequences: lists, or arrays, whose first axis is time.
        maxlen: the length of all; None: that of the longest.
        dtype: of the array; for texts `object`.
        padding: where a short one is filled up: "pre", in front, or "post".
        truncating: where a long one is cut off: "pre" keeps the end, "post" the beginning.
        value: what fills up.

    Returns:
        An array (series, maxlen, ...).

    Raises:
        ValueError: something in the list is no series, two differ in the shape of a step, a name
            is not known, or the value is a text and the dtype is not.

    >>> pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2).tolist()
    [[0, 1], [2, 3], [5, 6]]
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError(_iterable_message(sequences))
    for name, given in (("truncating", truncating), ("padding", padding)):
        if given not in SIDES:
            raise ValueError(unknown_name(name, given, SIDES, remedy=f"{name}={{}}"))
    rows = [_series(each) for each in sequences]
    longest = max(map(len, rows), default=0) if maxlen is None else maxlen
    shape = next((row.shape[1:] for row in rows if len(row)), ())
    _check_value(value, dtype)
    found = np.full((len(rows), longest, *shape), value, dtype=dtype)
    for number, row in enumerate(rows):
        kept = _cut(row, longest, truncating)
        if not len(kept):
            continue
        if kept.shape[1:] != shape:
            raise ValueError(_shape_message(number, kept.shape[1:], shape))
        place = slice(longest - len(kept), None) if padding == "pre" else slice(None, len(kept))
        found[number, place] = kept
    return found


def _cut(row: Array, length: int, side: str) -> Array:
    return row[max(len(row) - length, 0) :] if side == "pre" else row[:length]


def _series(given: Any) -> Array:
    if not hasattr(given, "__len__"):
        raise ValueError(_series_message(given))
    return np.asarray(given)


def _check_value(value: Any, dtype: Any) -> None:
    kind = np.dtype(dtype).kind
    if isinstance(value, str) and kind not in "OUS":
        raise ValueError(
            explain(
                "pad_sequences cannot fill up numbers with a text",
                given=f"value={value!r}, dtype={dtype!r}",
                expected="a number, or dtype=object",
                remedy="dtype=object",
            )
        )


def _iterable_message(given: Any) -> str:
    return explain(
        "pad_sequences takes a list of series",
        given=f"{type(given).__name__}",
        expected="a list, a tuple or an array",
        remedy="list(sequences)",
    )


def _series_message(given: Any) -> str:
    return explain(
        "pad_sequences takes a list of series",
        given=f"{given!r} in the list",
        expected="lists or arrays in the list",
        remedy="[[1, 2], [3]]",
    )


def _shape_message(number: int, found: Any, wanted: Any) -> str:
    return explain(
        "The steps of these series differ in shape",
        given=f"steps of shape {tuple(found)} in series {number}",
        expected=f"shape {tuple(wanted)} (set by the first series)",
        remedy="series of one kind in a list",
    )

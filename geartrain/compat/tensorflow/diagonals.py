"""`tf.linalg`'s diagonals: one of them, or a band of several, into a matrix and out of it.

A band is packed into rows of one length, the highest diagonal first; `align` says at which end a
shorter one stands, first for those above the main diagonal, then for those below. Where each place
of the result comes from depends on the sizes alone, so that it is worked out in numbers, and a band
is one `take`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geartrain import ops
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.errors import explain
from geartrain.tensor import Tensor

__all__ = ["diag", "diag_part", "set_diag"]

Places = NDArray[np.int64]  # where each place comes from; -1: from nowhere

ALIGNMENTS = ("LEFT_LEFT", "LEFT_RIGHT", "RIGHT_LEFT", "RIGHT_RIGHT")


def diag(
    diagonal: Any,
    name: str | None = "diag",
    k: Any = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Matrices with the last axis on a diagonal, or the last two on a band of them.

    Args:
        diagonal: `(..., length)`, or for a band of several `(..., diagonals, length)`.
        name: taken for the sake of TensorFlow's users.
        k: the diagonal, 0 the main one and 1 the one above it; or the lowest and the highest.
        num_rows: of the matrices; -1: as few as hold the diagonal.
        num_cols: the same for columns; both -1: a square.
        padding_value: what stands elsewhere.
        align: at which end of its row a short diagonal stands.

    >>> diag([1, 2], k=1).tolist()
    [[0, 1, 0], [0, 0, 2], [0, 0, 0]]
    >>> diag([[1, 2], [3, 4]], k=(0, 1), align="LEFT_LEFT").tolist()
    [[3, 1], [0, 4]]
    """
    packed = ops.convert_to_tensor(diagonal)
    low, high = _band(k)
    rows, columns = _sizes(int(sizes_of(packed)[-1]), low, high, num_rows, num_cols)
    kept = packed.ndim - (1 if low == high else 2)
    return _taken(packed, kept, _into(rows, columns, low, high, align), padding_value)


def diag_part(
    input: Any,
    name: str | None = "diag_part",
    k: Any = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """A diagonal of the last two axes, or a band of them packed into rows of one length.

    >>> diag_part([[1, 2], [3, 4]], k=(-1, 1)).tolist()
    [[0, 2], [1, 4], [3, 0]]
    """
    matrix = ops.convert_to_tensor(input)
    low, high = _band(k)
    rows, columns = map(int, sizes_of(matrix)[-2:])
    places = _out_of(rows, columns, low, high, align)
    return _taken(matrix, matrix.ndim - 2, places[0] if low == high else places, padding_value)


def set_diag(
    input: Any,
    diagonal: Any,
    name: str | None = "set_diag",
    k: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Matrices with another diagonal, or another band.

    >>> set_diag([[1, 2], [3, 4]], [0, 0]).tolist()
    [[0, 2], [3, 0]]
    """
    matrix = ops.convert_to_tensor(input)
    rows, columns = map(int, sizes_of(matrix)[-2:])
    low, high = _band(k)
    changed = _into(rows, columns, low, high, align) >= 0
    band = diag(diagonal, k=k, num_rows=rows, num_cols=columns, align=align)
    return ops.where(ops.convert_to_tensor(changed), ops.cast(band, matrix.dtype), matrix)


def _band(k: Any) -> tuple[int, int]:
    """The lowest and the highest diagonal."""
    each = [int(one) for one in np.atleast_1d(np.asarray(k))]
    if len(each) > 2 or each[0] > each[-1]:
        raise ValueError(_band_message(k))
    return each[0], each[-1]


def _sizes(length: int, low: int, high: int, rows: int, columns: int) -> tuple[int, int]:
    """The sizes of the matrix: what is -1 is as small as can be, a square if both are."""
    least = length + max(-high, 0), length + max(low, 0)  # from where the longest diagonal begins
    if rows < 0 and columns < 0:
        return max(least), max(least)
    return (least[0] if rows < 0 else rows), (least[1] if columns < 0 else columns)


def _offsets(rows: int, columns: int, low: int, high: int, align: str) -> tuple[int, list[int]]:
    """How long a packed row is, and where in it each diagonal begins, the highest first."""
    if align not in ALIGNMENTS:
        raise ValueError(_align_message(align))
    above, below = align.split("_")
    lengths = {d: min(rows + min(d, 0), columns - max(d, 0)) for d in range(high, low - 1, -1)}
    longest = max(lengths.values())
    return longest, [
        longest - length if (above if d >= 0 else below) == "RIGHT" else 0
        for d, length in lengths.items()
    ]


def _into(rows: int, columns: int, low: int, high: int, align: str) -> Places:
    """For each place of the matrix, which place of the packed band it holds."""
    longest, offsets = _offsets(rows, columns, low, high, align)
    row, column = np.indices((rows, columns))
    which = high - (column - row)
    inside = (which >= 0) & (which <= high - low)
    first = np.asarray(offsets)[np.clip(which, 0, high - low)]
    return np.where(inside, which * longest + first + np.minimum(row, column), -1)


def _out_of(rows: int, columns: int, low: int, high: int, align: str) -> Places:
    """For each place of the packed band, which place of the matrix it holds."""
    longest, _ = _offsets(rows, columns, low, high, align)
    packed = np.full((high - low + 1) * longest, -1)
    into = _into(rows, columns, low, high, align).ravel()
    packed[into[into >= 0]] = np.flatnonzero(into >= 0)
    return packed.reshape(-1, longest)


def _taken(tensor: Any, kept: int, places: Places, padding_value: Any) -> Tensor:
    """The places of the axes behind the kept ones, the padding where a place comes from nowhere."""
    shape = sizes_of(tensor)[:kept]
    flat = ops.reshape(tensor, (*shape, -1))
    taken = ops.take(flat, ops.convert_to_tensor(np.maximum(places, 0)), axis=-1)
    if (places >= 0).all():
        return taken
    return ops.where(
        ops.convert_to_tensor(places >= 0), taken, ops.cast(padding_value, taken.dtype)
    )


def _band_message(k: Any) -> str:
    return explain(
        "A band of diagonals goes from a lower to a higher one",
        given=f"k={k!r}",
        expected="one number, or two, the lower first",
        remedy="k=0 for the main diagonal, k=(-1, 1) for it and its neighbours",
    )


def _align_message(align: str) -> str:
    return explain(
        "There is no such way to align short diagonals",
        given=f"align={align!r}",
        expected=" or ".join(repr(each) for each in ALIGNMENTS),
        remedy='align="RIGHT_LEFT", TensorFlow\'s default',
    )

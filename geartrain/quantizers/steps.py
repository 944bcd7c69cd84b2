"""Whole numbers from 0 with a scale and a zero for each group of rows, found by NumPy.

    q = clip(round(w / scale) + zero, 0, 2^bits - 1)          w ~ (q - zero) * scale

What GPTQ and AWQ round to. Scales and zeros lie as Keras keeps them: (columns, groups).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geartrain.tensor import Array


@dataclass(frozen=True)
class Steps:
    """The steps between neighbouring whole numbers, of each group of rows and each column.

    Args:
        bits: of the whole numbers.
        scale, zero: `(columns, groups)`.
        places: to which group each row belongs.
    """

    bits: int
    scale: Array
    zero: Array
    places: Array

    def whole(self, row: int, numbers: Array) -> Array:
        """The whole numbers of a row, one for each column."""
        scale, zero = self.of_row(row)
        return np.clip(np.round(numbers / scale) + zero, 0, 2**self.bits - 1)

    def of_row(self, row: int) -> tuple[Array, Array]:
        """The scale and the zero of each column in a row."""
        at = self.places[row]
        return self.scale[:, at], self.zero[:, at]

    def rounded(self, weight: Array) -> Array:
        """The whole numbers of `(rows, columns)`, by themselves: `(columns, rows)`."""
        scale, zero = self.scale[:, self.places], self.zero[:, self.places]
        return np.clip(np.round(weight.T / scale) + zero, 0, 2**self.bits - 1)

    def floats(self, whole: Array) -> Array:
        """What whole numbers, `(columns, rows)`, stand for: `(rows, columns)`."""
        found: Array = ((whole - self.zero[:, self.places]) * self.scale[:, self.places]).T
        return found


@dataclass(frozen=True)
class Rounded:
    """A weight as whole numbers.

    Args:
        whole: `(columns, rows)`.
        steps: what they stand for.
        factors: what the rows were multiplied with before; None: nothing.
    """

    whole: Array
    steps: Steps
    factors: Array | None = None

    def floats(self) -> Array:
        """What it stands for: `(rows, columns)`."""
        found = self.steps.floats(self.whole)
        return found if self.factors is None else found / self.factors[:, None]


def steps_of(
    weight: Array,
    bits: int,
    group_size: int = -1,
    symmetric: bool = False,
    per_channel: bool = True,
) -> Steps:
    """The steps that reach from the least to the greatest number of each group and column.

    Args:
        weight: `(rows, columns)`.
        bits: of the whole numbers.
        group_size: rows of a group, the last one may have fewer; -1: all.
        symmetric: whether zero is in the middle; else, where all numbers of a group have one sign,
            the steps reach to 0, so that its whole number is one of them.
        per_channel: whether each column has its own; else all have the same.

    >>> steps = steps_of(np.array([[-1.0], [2.0]]), bits=2)
    >>> steps.scale.tolist(), steps.zero.tolist(), steps.rounded(np.array([[-1.0], [2.0]])).tolist()
    ([[1.0]], [[1.0]], [[0.0, 3.0]])
    """
    rows, columns = weight.shape
    size = rows if group_size == -1 else group_size
    starts = np.arange(0, rows, size)
    low, high = (find.reduceat(weight, starts, axis=0).T for find in (np.minimum, np.maximum))
    if not per_channel:
        low, high = (
            np.broadcast_to(each, (columns, len(starts)))
            for each in (low.min(0, keepdims=True), high.max(0, keepdims=True))
        )
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    if symmetric:
        high = np.maximum(-low, high)
        low = -high
    most = 2**bits - 1
    scale = np.where(high > low, (high - low) / most, 1)
    zero = np.full_like(scale, (most + 1) // 2) if symmetric else np.round(-low / scale)
    return Steps(bits, scale, zero, np.arange(rows) // size)

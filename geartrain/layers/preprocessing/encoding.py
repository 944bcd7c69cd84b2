"""Whole numbers as vectors: which are there (one or several), and how often.

    one_hot     [[0], [2]]      ->   [[1, 0, 0], [0, 0, 1]]
    multi_hot   [[0, 2, 2]]     ->   [[1, 0, 1]]
    count       [[0, 2, 2]]     ->   [[1, 0, 2]]

A number beyond the classes has no place in the vector, and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.errors import explain, unknown_name
from geartrain.ops.core import broadcast_together
from geartrain.tensor import Array, Shape, Tensor

COMPARED = 1024  # rising numbers that compiled code compares with one by one
MODES = ("int", "one_hot", "multi_hot", "count")


def check_mode(layer: str, mode: Any, known: Sequence[str] = MODES) -> None:
    """Refuse an output mode that there is not.

    Raises:
        ValueError: it is not among the known ones.
    """
    if not isinstance(mode, str) or mode not in known:
        remedy = f"layers.{layer}(..., output_mode={{}})"
        raise ValueError(unknown_name("output mode", mode, known, remedy=remedy))


def check_dense(layer: str, *, sparse: bool) -> None:
    """Refuse sparse output.

    Raises:
        ValueError: it is wanted.
    """
    if sparse:
        raise ValueError(
            explain(
                f"{layer} gives dense tensors",
                given="sparse=True",
                expected="sparse=False: there are no sparse tensors",
                remedy="sparse=False; or output_mode='int', and layers.Embedding after it",
            )
        )


def encoded(numbers: Tensor, depth: int, mode: str, dtype: Any, weights: Any = None) -> Tensor:
    """Numbers from 0 on, in a mode.

    Args:
        numbers: whole numbers.
        depth: how many classes there are.
        mode: "int", "one_hot", "multi_hot" or "count".
        dtype: of the result.
        weights: for "count": what each number counts, instead of 1.

    Output shape:
        For "int" that of the numbers. For "one_hot" an axis more, unless the last had one place.
        Else the last axis becomes the classes.
    """
    if mode == "int":
        return ops.cast(numbers, dtype)
    x = ops.reshape(numbers, (1,)) if numbers.ndim == 0 else numbers
    if mode == "one_hot":
        x = ops.squeeze(x, -1) if x.ndim > 1 and x.shape[-1] == 1 else x
        return ops.one_hot(x, depth, dtype=dtype)
    counts = _counted(x, depth, "float32" if mode == "multi_hot" else dtype, weights)
    return ops.cast(counts, dtype) if mode == "count" else ops.cast(ops.greater(counts, 0), dtype)


def _counted(x: Tensor, depth: int, dtype: Any, weights: Any) -> Tensor:
    """How often each class is there. Eagerly nothing is made that is larger than the result."""
    shares = ops.ones_like(x, dtype=dtype) if weights is None else ops.cast(weights, dtype)
    if x.is_symbolic:
        return ops.sum(ops.expand_dims(shares, -1) * ops.one_hot(x, depth, dtype=dtype), -2)
    x, shares = ops.cast(x, "int64"), broadcast_together(shares, x)[0]
    rows = ops.size(x) // x.shape[-1] if x.shape[-1] else 0
    row = ops.reshape(ops.arange(rows, dtype="int64"), (*x.shape[:-1], 1)) if rows else x
    is_class = ops.logical_and(ops.greater_equal(x, 0), ops.less(x, depth))
    places = ops.where(is_class, row * depth + x, rows * depth)  # one more place, for the rest
    flat = ops.reshape(shares, (-1,)), ops.reshape(places, (-1,))
    totals = ops.segment_sum(*flat, num_segments=rows * depth + 1)[:-1]
    return ops.reshape(totals, (*x.shape[:-1], depth))


def rank_among(rising: Array, x: Tensor) -> Tensor:
    """How many of some rising numbers each number is not below; NaN is below none."""
    if not rising.size:
        return ops.zeros_like(x, dtype="int32")
    if not x.is_symbolic or rising.size > COMPARED:
        return ops.digitize(x, rising)
    is_above = ops.logical_not(ops.less(ops.expand_dims(x, -1), rising))
    return ops.sum(ops.cast(is_above, "int32"), -1)


def encoded_shape(input_shape: Sequence[Any], depth: int | None, mode: str) -> Shape | Any:
    """The shape of what `encoded` gives."""
    shape = tuple(input_shape)
    if mode == "int":
        return shape
    if mode != "one_hot":
        return (*shape[:-1], depth)
    if not shape:
        return (1, depth)
    return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)

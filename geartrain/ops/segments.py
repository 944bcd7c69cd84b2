"""Rows combined by the segment they belong to, and distances between rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, equal, greater_equal, less, logical_and
from geartrain.ops.core import convert_to_tensor, promoted
from geartrain.ops.creation import full_like
from geartrain.ops.elementwise import square, subtract
from geartrain.ops.functions import sqrt
from geartrain.ops.reductions import sum
from geartrain.ops.shaping import cut_out, expand_dims
from geartrain.primitives import Primitive
from geartrain.tensor import DType, Tensor, format_shape, is_floating

__all__ = [
    "cdist",
    "segment_max",
    "segment_min",
    "segment_prod",
    "segment_sum",
]


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """out[s] = the sum of the rows of `data` whose segment is s; 0 where there are none."""
    rows = convert_to_tensor(data)
    return _combined(primitives.scatter_add, rows, segment_ids, num_segments, 0)


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """out[s] = the product of the rows of `data` whose segment is s; 1 where there are none."""
    rows = convert_to_tensor(data)
    return _combined(primitives.scatter_multiply, rows, segment_ids, num_segments, 1)


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """out[s] = the largest of the rows of `data` whose segment is s; the lowest number if none."""
    rows = convert_to_tensor(data)
    return _combined(primitives.scatter_max, rows, segment_ids, num_segments, lowest(rows.dtype))


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """out[s] = the least of the rows of `data` whose segment is s; the highest number if none."""
    rows = convert_to_tensor(data)
    return _combined(primitives.scatter_min, rows, segment_ids, num_segments, highest(rows.dtype))


def lowest(dtype: DType) -> Any:
    """What is below every number of a dtype, or is the lowest of them."""
    if dtype.kind == "b":
        return False
    return float("-inf") if is_floating(dtype) else int(np.iinfo(dtype).min)


def highest(dtype: DType) -> Any:
    """What is above every number of a dtype, or is the highest of them."""
    if dtype.kind == "b":
        return True
    return float("inf") if is_floating(dtype) else int(np.iinfo(dtype).max)


def _combined(
    scatter: Primitive, rows: Tensor, segment_ids: Any, num_segments: int | None, start: Any
) -> Tensor:
    """Rows outside of the segments are left out, as a row of one more segment, which goes."""
    numbers = convert_to_tensor(segment_ids)
    if numbers.ndim != 1 or not rows.ndim or numbers.shape[0] != rows.shape[0]:
        raise ValueError(_segment_message(rows, numbers))
    count = int(numbers.numpy().max(initial=-1)) + 1 if num_segments is None else num_segments
    inside = logical_and(greater_equal(numbers, 0), less(numbers, count))
    places = choose(inside, numbers, full_like(numbers, count))
    base = primitives.fill(shape=(count + 1, *rows.shape[1:]), value=start, dtype=rows.dtype)
    return cut_out(scatter(base, rows, places), 0, 0, count)


def cdist(x: Any, y: Any) -> Tensor:
    """The Euclidean distance of every row of x from every row of y: (..., P, M), (..., R, M).

    The derivative of a distance of 0 is 0.
    """
    first, second = promoted(x, y, floating=True)
    if first.ndim < 2 or second.ndim < 2:
        raise ValueError(_cdist_message(first, second))
    apart = subtract(expand_dims(first, -2), expand_dims(second, -3))
    squares = sum(square(apart), -1)
    none = equal(squares, 0.0)
    return choose(
        none, full_like(squares, 0.0), sqrt(choose(none, full_like(squares, 1.0), squares))
    )


def _segment_message(rows: Tensor, numbers: Tensor) -> str:
    return explain(
        "Each row needs a segment",
        given=f"data {format_shape(rows.shape)}, segment_ids {format_shape(numbers.shape)}",
        expected="a vector of segment_ids, one for each place of data's first axis",
        axis="axis 0",
        remedy="ops.segment_sum(data, ops.ravel(segment_ids))",
    )


def _cdist_message(x: Tensor, y: Tensor) -> str:
    return explain(
        "cdist compares rows",
        given=f"shapes {format_shape(x.shape)} and {format_shape(y.shape)}",
        expected="two matrices, or batches of them",
        remedy="ops.cdist(x[None, :], y[None, :])",
    )

"""How often each value comes, and tables that even this out."""

from __future__ import annotations

from geartrain import ops
from geartrain.ops.shaping import static_size
from geartrain.tensor import Tensor

BINS = 256


def counts_of(numbers: Tensor, bins: int) -> Tensor:
    """How often each of some bins comes in a row: (rows, values) -> (rows, bins), in float32."""
    if numbers.is_symbolic:
        return ops.sum(ops.one_hot(numbers, bins, dtype="float32"), axis=1)
    rows = static_size(numbers.shape[0], "counts_of")
    places = ops.expand_dims(ops.arange(rows, dtype="int32"), 1) * bins + numbers
    flat = ops.reshape(places, (-1,))
    ones = ops.ones_like(flat, dtype="float32")
    return ops.reshape(ops.segment_sum(ones, flat, num_segments=rows * bins), (rows, bins))


def looked_up(tables: Tensor, rows: Tensor, numbers: Tensor) -> Tensor:
    """tables[rows, numbers], of tables (rows, bins)."""
    places = rows * tables.shape[1] + numbers
    return ops.take(ops.reshape(tables, (-1,)), places)

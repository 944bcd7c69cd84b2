"""`tf.math`: the names of arithmetic once more, and those that live here only."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow.arithmetic import *
from geartrain.tensor import Tensor


def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm."""
    return ops.log(x)


def log1p(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm of 1 + x."""
    return ops.log1p(x)


def top_k(input: Any, k: int = 1, sorted: bool = True, name: str | None = None) -> Any:
    """The k largest elements of the last axis, and their places."""
    return ops.top_k(input, k, sorted)


def confusion_matrix(
    labels: Any, predictions: Any, num_classes: int | None = None, dtype: Any = "int32"
) -> Tensor:
    """How often each class (row) was taken for each class (column)."""
    true, taken = ops.convert_to_tensor(labels), ops.convert_to_tensor(predictions)
    if num_classes is None:
        num_classes = int(ops.max(ops.maximum(true, taken)).item().real) + 1
    places = ops.stack([ops.cast(true, "int32"), ops.cast(taken, "int32")], 1)
    ones = ops.ones((places.shape[0],), dtype)
    return ops.scatter(places, ones, (num_classes, num_classes))

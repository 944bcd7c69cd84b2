"""What `metrics=["accuracy"]` means: the metric that the shapes call for, once they are known.

outputs (batch, 1)    ->   binary
targets (batch,)      ->   sparse categorical, for outputs (batch, classes)
targets like outputs  ->   categorical
"""

from __future__ import annotations

from typing import Any

from geartrain.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from geartrain.metrics.accuracy import (
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
)
from geartrain.metrics.reduction import MeanMetricWrapper
from geartrain.ops import convert_to_tensor
from geartrain.tensor import Tensor

ACCURACIES = binary_accuracy, sparse_categorical_accuracy, categorical_accuracy
CROSSENTROPIES = binary_crossentropy, sparse_categorical_crossentropy, categorical_crossentropy


def which(y_true: Tensor, y_pred: Tensor) -> int:
    """Keras's rule: 0 for binary, 1 for class numbers, 2 for one-hot targets."""
    if y_pred.ndim and y_pred.shape[-1] == 1:
        return 0
    if y_true.ndim < y_pred.ndim or (y_true.ndim and y_true.shape[-1] == 1):
        return 1
    return 2


def accuracy_by_shape(y_true: Any, y_pred: Any) -> Tensor:
    """The accuracy that the shapes call for."""
    target, output = convert_to_tensor(y_true), convert_to_tensor(y_pred)
    return ACCURACIES[which(target, output)](target, output)


def crossentropy_by_shape(y_true: Any, y_pred: Any) -> Tensor:
    """The crossentropy that the shapes call for."""
    target, output = convert_to_tensor(y_true), convert_to_tensor(y_pred)
    return CROSSENTROPIES[which(target, output)](target, output)


class ShapedAccuracy(MeanMetricWrapper):
    """The accuracy that the shapes call for."""

    _direction = "up"

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy_by_shape, name, dtype)


class ShapedCrossentropy(MeanMetricWrapper):
    """The crossentropy that the shapes call for."""

    _direction = "down"

    def __init__(self, name: str = "crossentropy", dtype: Any = None) -> None:
        super().__init__(crossentropy_by_shape, name, dtype)

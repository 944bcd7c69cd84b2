"""Losses for classes."""

from __future__ import annotations

from geartrain import ops
from geartrain.errors import explain
from geartrain.losses.loss import Loss, align
from geartrain.tensor import Tensor, format_shape


class CategoricalCrossentropy(Loss):
    """-sum(y_true * log(y_pred)) over the last axis, for one-hot targets.

    Args:
        from_logits: whether outputs are logits rather than probabilities.

    Raises:
        ValueError: the targets are no probabilities of the output's shape: class numbers, mostly.

    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    name = "categorical_crossentropy"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        if y_true.shape != y_pred.shape:
            raise ValueError(one_hot_message(y_true, y_pred))
        target = ops.cast(y_true, y_pred.dtype)
        return ops.categorical_crossentropy(target, y_pred, self.from_logits)


class SparseCategoricalCrossentropy(Loss):
    """-log(y_pred[class]), for targets that are class numbers.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
    """

    name = "sparse_categorical_crossentropy"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        numbers = ops.cast(y_true, "int32")
        return ops.sparse_categorical_crossentropy(numbers, y_pred, self.from_logits)


class BinaryCrossentropy(Loss):
    """The mean over the last axis of -(y log p + (1 - y) log(1 - p)).

    Args:
        from_logits: whether outputs are logits rather than probabilities.
    """

    name = "binary_crossentropy"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        target = align(self.name, y_true, y_pred)
        return ops.mean(ops.binary_crossentropy(target, y_pred, self.from_logits), -1)


def one_hot_message(y_true: Tensor, y_pred: Tensor) -> str:
    """What is wrong with targets that are not one-hot."""
    classes = y_pred.shape[-1]
    return explain(
        "categorical_crossentropy compares one-hot targets",
        given=f"y of shape {format_shape(y_true.shape)}, {y_true.dtype.name}, "
        f"for outputs of shape {format_shape(y_pred.shape)}",
        expected=f"y of shape {format_shape(y_pred.shape)}: a place for each of the {classes} "
        "classes (set by the model's last layer)",
        axis=f"axis -1: {y_true.shape[-1] if y_true.ndim > 1 else 'missing'} against {classes}",
        remedy=f"to_categorical(y, {classes}), or loss='sparse_categorical_crossentropy'",
    )

"""Losses for numbers."""

from __future__ import annotations

from geartrain.losses.loss import Loss, align
from geartrain.ops import absolute, mean, square, subtract
from geartrain.tensor import Tensor


class MeanSquaredError(Loss):
    """mean((y_true - y_pred)²) over the last axis.

    >>> float(MeanSquaredError()([[0.0, 1.0]], [[1.0, 1.0]]))
    0.5
    """

    name = "mean_squared_error"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return mean(square(subtract(align(self.name, y_true, y_pred), y_pred)), -1)


class MeanAbsoluteError(Loss):
    """mean(|y_true - y_pred|) over the last axis."""

    name = "mean_absolute_error"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return mean(absolute(subtract(align(self.name, y_true, y_pred), y_pred)), -1)

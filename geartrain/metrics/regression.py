"""Metrics for numbers."""

from __future__ import annotations

from geartrain.losses.loss import align
from geartrain.metrics.metric import SampleMetric
from geartrain.ops import absolute, mean, square, subtract
from geartrain.tensor import Tensor


class MeanSquaredError(SampleMetric):
    """The mean of (y_true - y_pred)²."""

    def __init__(self, name: str = "mean_squared_error") -> None:
        super().__init__(name)

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return mean(square(subtract(align(self.name, y_true, y_pred), y_pred)), -1)


class MeanAbsoluteError(SampleMetric):
    """The mean of |y_true - y_pred|."""

    def __init__(self, name: str = "mean_absolute_error") -> None:
        super().__init__(name)

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return mean(absolute(subtract(align(self.name, y_true, y_pred), y_pred)), -1)

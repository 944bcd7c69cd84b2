"""Metrics whose meaning depends on shapes: "accuracy" and "crossentropy".

one output a sample                               binary
fewer axes in y, or a last one of size 1          sparse: y holds class numbers
else                                              categorical: y is one-hot
"""

from __future__ import annotations

from typing import Any

from geartrain import metrics as room
from geartrain.metrics import Metric
from geartrain.tensor import Tensor

FAMILIES = {
    "acc": "Accuracy",
    "accuracy": "Accuracy",
    "ce": "Crossentropy",
    "crossentropy": "Crossentropy",
}


def goes_by_shape(asked: Any) -> bool:
    """Whether this is a name, in small letters or not, whose meaning depends on shapes."""
    return isinstance(asked, str) and asked.lower() in FAMILIES


def metric_for(asked: Any, y_true: Any, y_pred: Tensor) -> tuple[Metric, str]:
    """The metric that is asked for, and its name in the logs.

    Args:
        asked: a name, an object, a class or a function.
        y_true: the targets of the output that it is for.
        y_pred: the output.
    """
    if goes_by_shape(asked):
        made = getattr(room, f"{family_of(y_true, y_pred)}{FAMILIES[asked.lower()]}")
        return made(name=asked), asked
    metric = room.as_metric(asked)
    return metric, metric.name


def family_of(y_true: Any, y_pred: Tensor) -> str:
    """Which of a metric's three forms these shapes call for."""
    if y_pred.shape[-1] == 1:
        return "Binary"
    if y_true is None or len(y_true.shape) < len(y_pred.shape) or y_true.shape[-1] == 1:
        return "SparseCategorical"
    return "Categorical"

"""Metrics whose meaning depends on shapes: "accuracy" and "crossentropy".

one output a sample                               binary
fewer axes in y, or a last one of size 1          sparse: y holds class numbers
else                                              categorical: y is one-hot
"""

from __future__ import annotations

from typing import Any

from geartrain import losses
from geartrain import metrics as room
from geartrain.metrics import Metric
from geartrain.tensor import Tensor

FAMILIES = {"acc": "Accuracy", "accuracy": "Accuracy", "crossentropy": "Crossentropy"}
BY_SHAPE = tuple(FAMILIES)


def metric_for(asked: Any, y_true: Any, y_pred: Tensor) -> tuple[Metric, str]:
    """The metric that is asked for, and its name in the logs.

    Args:
        asked: a name, an object, a class or a function.
        y_true: the targets of the output that it is for.
        y_pred: the output.
    """
    if isinstance(asked, str) and asked in FAMILIES:
        made = getattr(room, f"{family_of(y_true, y_pred)}{FAMILIES[asked]}")
        return made(name=asked), asked
    if isinstance(asked, Metric):
        return asked, asked.name
    metric = _made_of(asked)
    return metric, asked if isinstance(asked, str) else metric.name


def _made_of(asked: Any) -> Metric:
    found: Any = room.get(asked)
    if isinstance(found, Metric):
        return found
    name = asked if isinstance(asked, str) else getattr(found, "name", None)
    name = name or getattr(found, "__name__", type(found).__name__)
    wrapper: Any = room.MeanMetricWrapper  # type: ignore[attr-defined, unused-ignore]
    function = found.call if isinstance(found, losses.Loss) else found
    metric: Metric = wrapper(function, name=name)
    return metric


def family_of(y_true: Any, y_pred: Tensor) -> str:
    """Which of a metric's three forms these shapes call for."""
    if y_pred.shape[-1] == 1:
        return "Binary"
    if y_true is None or len(y_true.shape) < len(y_pred.shape) or y_true.shape[-1] == 1:
        return "SparseCategorical"
    return "Categorical"

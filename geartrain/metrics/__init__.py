"""Metrics: what is counted while a model trains or is evaluated, under Keras's names.

A metric's state is variables, updated by operations, so that it compiles into the step.

Start reading at `metric.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import unknown_name
from geartrain.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    accuracy_for,
)
from geartrain.metrics.metric import FunctionMetric, Mean, Metric
from geartrain.metrics.regression import MeanAbsoluteError, MeanSquaredError

NAMES: dict[str, Callable[..., Metric]] = {
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "mae": MeanAbsoluteError,
    "mean_absolute_error": MeanAbsoluteError,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
}
BY_SHAPE = ("acc", "accuracy")


def get(identifier: Any) -> Metric:
    """The metric that a name, a class, an object or a function means; its key is as asked for."""
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Metric):
        made: Callable[[], Metric] = identifier
        return made()
    if callable(identifier):
        return FunctionMetric(identifier)
    if identifier in BY_SHAPE:
        return Accuracy(name=identifier)
    if identifier in NAMES:
        return NAMES[identifier](name=identifier)
    known = [*NAMES, *BY_SHAPE]
    raise ValueError(unknown_name("metric", identifier, known, remedy="metrics=[{}]"))


__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "Mean",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "SparseCategoricalAccuracy",
    "accuracy_for",
    "get",
]

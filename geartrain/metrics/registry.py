"""Metrics by their names, and as configs: `get`, `serialize`, `deserialize`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from geartrain.errors import unknown_name
from geartrain.metrics.by_shape import ShapedAccuracy, ShapedCrossentropy
from geartrain.metrics.metric import Metric
from geartrain.metrics.reduction import MeanMetricWrapper
from geartrain.names import snake_case
from geartrain.rooms import LaterNames
from geartrain.serialization import deserialize_of, serialize_keras_object

ROOM = "geartrain.metrics"
CLASSES = [each for each in import_module(ROOM).__all__ if each[0].isupper()]
SHORT = {
    "bce": "BinaryCrossentropy",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "mse": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
}
SHORT |= {name.upper(): each for name, each in SHORT.items()}
SNAKES = {snake_case(each): each for each in CLASSES}
NAMES = LaterNames(ROOM, SHORT | SNAKES | {each: each for each in CLASSES})
BY_SHAPE: dict[str, Callable[..., Metric]] = {
    "acc": ShapedAccuracy,
    "accuracy": ShapedAccuracy,
    "ce": ShapedCrossentropy,
    "crossentropy": ShapedCrossentropy,
}
SHOWN = sorted({*SNAKES, *BY_SHAPE, *(name for name in SHORT if name.islower())})  # by errors

_made_of = deserialize_of("metrics", lambda: NAMES)


def get(identifier: Any) -> Any:
    """The metric that a name, a config, a class, an object or a function means; None is None.

    Raises:
        ValueError: nothing has the name.

    >>> get("mse").name, get("AUC").num_thresholds, get({"class_name": "Mean"}).name
    ('mean_squared_error', 200, 'mean')
    """
    if identifier is None:
        return None
    if isinstance(identifier, str) or (isinstance(identifier, dict) and identifier):
        return deserialize(identifier)
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier) or isinstance(identifier, Metric):
        return identifier
    raise ValueError(unknown_name("metric", identifier, SHOWN, remedy="metrics=[{}]"))


def as_metric(identifier: Any) -> Metric:
    """What stands in `metrics=[...]`, as an object; its key in logs is as it was asked for.

    "accuracy" and "crossentropy" (and "acc" and "ce") are those that the shapes call for; a
    function of (y_true, y_pred) is averaged.
    """
    if isinstance(identifier, str) and identifier in BY_SHAPE:
        return BY_SHAPE[identifier](name=identifier)
    found = get(identifier)
    if not isinstance(found, Metric):
        return MeanMetricWrapper(found, name=_function_name(found))
    if isinstance(identifier, str):
        found.name = identifier
    return found


def _function_name(function: Any) -> str:
    """The key of a function in logs: its name in small letters; "lambda", if it has none."""
    name = getattr(function, "__name__", None) or type(function).__name__
    return snake_case(name.strip("<>")) or "metric"


def serialize(metric: Any) -> Any:
    """A metric, or a function, as plain data, of which `deserialize` makes one again."""
    return serialize_keras_object(metric)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The metric that plain data, or a name, tells of.

    Args:
        config: what `serialize` gave, or a name.
        custom_objects: your own classes and functions by name.

    Raises:
        ValueError: nothing has the name.
    """
    made = _made_of(config, custom_objects)
    return _unknown(made) if isinstance(made, str) else made


def _unknown(name: str) -> Any:
    raise ValueError(unknown_name("metric", name, SHOWN, remedy="metrics=[{}]"))

"""Metrics by their names, and as configs: `get`, `serialize`, `deserialize`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import unknown_name
from geartrain.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from geartrain.metrics.auc import (
    AUC,
)
from geartrain.metrics.by_shape import ShapedAccuracy, ShapedCrossentropy
from geartrain.metrics.confusion_counts import (
    FalseNegatives,
    FalsePositives,
    TrueNegatives,
    TruePositives,
)
from geartrain.metrics.correlation import (
    ConcordanceCorrelation,
    PearsonCorrelation,
)
from geartrain.metrics.f_score import (
    F1Score,
    FBetaScore,
)
from geartrain.metrics.hinges import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
)
from geartrain.metrics.iou import (
    BinaryIoU,
    IoU,
    MeanIoU,
    OneHotIoU,
    OneHotMeanIoU,
)
from geartrain.metrics.metric import (
    Metric,
)
from geartrain.metrics.operating_points import (
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from geartrain.metrics.precision_recall import (
    Precision,
    Recall,
)
from geartrain.metrics.probabilities import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
)
from geartrain.metrics.r2 import (
    R2Score,
)
from geartrain.metrics.reduction import (
    Mean,
    MeanMetricWrapper,
    Sum,
)
from geartrain.metrics.regression import (
    CosineSimilarity,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    RootMeanSquaredError,
)
from geartrain.names import snake_case
from geartrain.serialization import deserialize_of, serialize_keras_object

ALL: list[type[Metric]] = [
    AUC,
    Accuracy,
    BinaryAccuracy,
    BinaryCrossentropy,
    BinaryIoU,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    CategoricalHinge,
    ConcordanceCorrelation,
    CosineSimilarity,
    F1Score,
    FBetaScore,
    FalseNegatives,
    FalsePositives,
    Hinge,
    IoU,
    KLDivergence,
    LogCoshError,
    Mean,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanIoU,
    MeanMetricWrapper,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Metric,
    OneHotIoU,
    OneHotMeanIoU,
    PearsonCorrelation,
    Poisson,
    Precision,
    PrecisionAtRecall,
    R2Score,
    Recall,
    RecallAtPrecision,
    RootMeanSquaredError,
    SensitivityAtSpecificity,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy,
    SpecificityAtSensitivity,
    SquaredHinge,
    Sum,
    TopKCategoricalAccuracy,
    TrueNegatives,
    TruePositives,
]
CLASSES = {each.__name__: each for each in ALL}
SHORT: dict[str, type[Metric]] = {
    "bce": BinaryCrossentropy,
    "mae": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "mse": MeanSquaredError,
    "msle": MeanSquaredLogarithmicError,
}
SHORT |= {name.upper(): each for name, each in SHORT.items()}
SNAKES = {snake_case(each.__name__): each for each in ALL}
NAMES = SHORT | SNAKES | CLASSES
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

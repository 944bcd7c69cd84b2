"""Metrics by their names, and as configs: `get`, `serialize`, `deserialize`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import unknown_name
from geartrain.layers.naming import snake_case
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


def get(identifier: Any) -> Any:
    """The metric that a name, a config, a class, an object or a function means; None is None.

    Raises:
        ValueError: nothing has the name.

    >>> get("mse").name, get("AUC").num_thresholds, get({"class_name": "Mean"}).name
    ('mean_squared_error', 200, 'mean')
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return _named(identifier)
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
        return MeanMetricWrapper(found, name=getattr(found, "__name__", "metric"))
    if isinstance(identifier, str):
        found.name = identifier
    return found


def serialize(metric: Any) -> Any:
    """A metric, or a function, as a config."""
    if isinstance(metric, Metric):
        return {
            "module": "keras.metrics",
            "class_name": type(metric).__name__,
            "config": metric.get_config(),
            "registered_name": None,
        }
    return metric.__name__


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The metric that a config or a name tells of.

    Raises:
        ValueError: nothing has the name.
    """
    if isinstance(config, str):
        return (custom_objects or {}).get(config) or _named(config)
    wanted = config.get("class_name")
    made = (custom_objects or {}).get(wanted) or CLASSES.get(wanted)
    if made is None:
        raise ValueError(unknown_name("metric", wanted, CLASSES, remedy="metrics.deserialize({})"))
    return made.from_config(config.get("config", {}))


def _named(name: str) -> Any:
    if name in NAMES:
        return NAMES[name]()
    raise ValueError(unknown_name("metric", name, SHOWN, remedy="metrics=[{}]"))

"""Metrics of numbers: how far outputs are off, on average."""

from __future__ import annotations

from typing import Any

from geartrain.losses.alignment import paired
from geartrain.losses.errors import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from geartrain.losses.robust import cosine_similarity as opposite_cosine
from geartrain.losses.robust import log_cosh
from geartrain.metrics.reduction import Mean, MeanMetricWrapper
from geartrain.ops import negative, sqrt, square, subtract
from geartrain.tensor import Tensor


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """The cosine of the angle between y_true and y_pred, along an axis.

    >>> cosine_similarity([[0.0, 2.0]], [[0.0, 1.0]]).tolist()
    [1.0]
    """
    return negative(opposite_cosine(y_true, y_pred, axis))


class MeanSquaredError(MeanMetricWrapper):
    """The mean of (y_true - y_pred)².

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(MeanSquaredError()([[0.0, 1.0]], [[1.0, 1.0]]))
    0.5
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, name, dtype)


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of |y_true - y_pred|.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 1.0]]))
    0.5
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """100 times the mean of |y_true - y_pred| / |y_true|.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(MeanAbsolutePercentageError()([[2.0, 4.0]], [[1.0, 4.0]]))
    25.0
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of (log(1 + y_true) - log(1 + y_pred))².

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(MeanSquaredLogarithmicError()([[0.0, 1.0]], [[0.0, 1.0]]))
    0.0
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, name, dtype)


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angle between targets and outputs: 1 is a perfect match.

    Args:
        name: of the metric.
        dtype: computed in.
        axis: along which the vectors lie.

    >>> float(CosineSimilarity()([[0.0, 2.0]], [[0.0, 1.0]]))
    1.0
    """

    _direction = "up"

    def __init__(
        self,
        name: str = "cosine_similarity",
        dtype: Any = None,
        axis: int = -1,
    ) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)
        self.axis = axis


class LogCoshError(MeanMetricWrapper):
    """The mean of log(cosh(y_pred - y_true)).

    Args:
        name: of the metric.
        dtype: computed in.

    >>> round(float(LogCoshError()([[0.0]], [[1.0]])), 4)
    0.4338
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "logcosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(log_cosh, name, dtype)


class RootMeanSquaredError(Mean):
    """The square root of the mean of (y_true - y_pred)², over all batches.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> round(float(RootMeanSquaredError()([[0.0], [1.0]], [[1.0], [1.0]])), 4)
    0.7071
    """

    _direction = "down"

    def __init__(self, name: str = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]  # of Mean's values
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Take a batch into account.

        Args:
            y_true: the targets.
            y_pred: the outputs.
            sample_weight: how much each sample, or each place of it, counts.
        """
        target, output = paired(self.name, y_true, y_pred)
        super().update_state(square(subtract(output, target)), sample_weight)

    def result(self) -> Tensor:
        """The square root of total / count."""
        return sqrt(super().result())

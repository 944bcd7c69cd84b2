"""Metrics of distributions: the means of crossentropies and divergences."""

from __future__ import annotations

from typing import Any

from geartrain.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from geartrain.losses.divergences import kl_divergence, poisson
from geartrain.metrics.reduction import MeanMetricWrapper


class KLDivergence(MeanMetricWrapper):
    """The mean of sum(y_true * log(y_true / y_pred)).

    Args:
        name: of the metric.
        dtype: computed in.

    >>> round(float(KLDivergence()([[0.5, 0.5]], [[0.9, 0.1]])), 4)
    0.5108
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """The mean of y_pred - y_true * log(y_pred), for targets that are counts.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> round(float(Poisson()([[1.0, 0.0]], [[1.0, 1.0]])), 4)
    1.0
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "poisson",
        dtype: Any = None,
    ) -> None:
        super().__init__(poisson, name, dtype)


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean of -(y log p + (1 - y) log(1 - p)).

    Args:
        name: of the metric.
        dtype: computed in.
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: the share of a target that is spread over all classes.

    >>> round(float(BinaryCrossentropy()([[1.0]], [[0.5]])), 4)
    0.6931
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
        )
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean of -sum(y_true * log(y_pred)), for one-hot targets.

    Args:
        name: of the metric.
        dtype: computed in.
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: the share of a target that is spread over all classes.
        axis: along which the classes lie.

    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean of -log(y_pred[class]), for targets that are class numbers.

    Args:
        name: of the metric.
        dtype: computed in.
        from_logits: whether outputs are logits rather than probabilities.
        ignore_class: a number that marks places which do not count.
        axis: along which the classes lie.

    >>> round(float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 4)
    0.6931
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

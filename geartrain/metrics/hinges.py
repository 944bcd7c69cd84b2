"""Metrics of margins: the means of the hinge losses."""

from __future__ import annotations

from typing import Any

from geartrain.losses.hinges import categorical_hinge, hinge, squared_hinge
from geartrain.metrics.reduction import MeanMetricWrapper


class Hinge(MeanMetricWrapper):
    """The mean of max(1 - y_true * y_pred, 0), for targets of -1 or 1 (or 0 and 1).

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(Hinge()([[1.0, -1.0]], [[0.5, -2.0]]))
    0.25
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """The mean of max(1 - y_true * y_pred, 0)², for targets of -1 or 1 (or 0 and 1).

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(SquaredHinge()([[1.0, -1.0]], [[0.5, -2.0]]))
    0.125
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """How far the right class is from leading every other by 1, on average.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.75]]))
    0.75
    """

    _direction = "down"

    def __init__(
        self,
        name: str = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, name, dtype)

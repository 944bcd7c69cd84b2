"""How far outputs rise and fall with the targets."""

from __future__ import annotations

from typing import Any

from geartrain.defaults import epsilon
from geartrain.losses.alignment import paired
from geartrain.metrics.reduction import MeanMetricWrapper
from geartrain.ops import add, divide, mean, multiply, sqrt, square, subtract, sum
from geartrain.tensor import Tensor


def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """cov(y_true, y_pred) / (std(y_true) * std(y_pred)) along an axis; NaN where one is constant.

    >>> [round(each, 4) for each in pearson_correlation([[1, 2, 3]], [[2.0, 4.0, 6.0]]).tolist()]
    [1.0]
    """
    target, output = paired("pearson_correlation", y_true, y_pred)
    x, y = (_centered(each, axis) for each in (target, output))
    x, y = (divide(each, sqrt(sum(square(each), axis, keepdims=True))) for each in (x, y))
    return sum(multiply(x, y), axis)


def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """2 cov(y_true, y_pred) / (var(y_true) + var(y_pred) + (the means' difference)²).

    1 only where outputs equal targets, however well they follow them. Source: Lin, "A concordance
    correlation coefficient to evaluate reproducibility" (1989).

    >>> round(float(concordance_correlation([[1.0, 2.0, 3.0]], [[2.0, 3.0, 4.0]])[0]), 4)
    0.5714
    """
    target, output = paired("concordance_correlation", y_true, y_pred)
    x, y = (_centered(each, axis) for each in (target, output))
    spread = add(mean(square(x), axis), mean(square(y), axis))
    apart = square(subtract(mean(target, axis), mean(output, axis)))
    whole = add(add(spread, apart), epsilon())
    return divide(multiply(2.0, mean(multiply(x, y), axis)), whole)


def _centered(x: Tensor, axis: int) -> Tensor:
    return subtract(x, mean(x, axis, keepdims=True))


class PearsonCorrelation(MeanMetricWrapper):
    """The mean correlation of targets and outputs: 1 where one is a rising line of the other.

    Args:
        name: of the metric.
        dtype: computed in.
        axis: along which they are compared.

    >>> round(float(PearsonCorrelation()([[1, 2, 3]], [[2.0, 4.0, 6.0]])), 4)
    1.0
    """

    _direction = "up"

    def __init__(
        self, name: str = "pearson_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)
        self.axis = axis


class ConcordanceCorrelation(MeanMetricWrapper):
    """The mean agreement of targets and outputs: 1 where they are equal.

    Args:
        name: of the metric.
        dtype: computed in.
        axis: along which they are compared.

    >>> round(float(ConcordanceCorrelation()([[1.0, 2.0, 3.0]], [[2.0, 3.0, 4.0]])), 4)
    0.5714
    """

    _direction = "up"

    def __init__(
        self, name: str = "concordance_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
        self.axis = axis

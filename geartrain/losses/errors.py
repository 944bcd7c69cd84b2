"""Losses of numbers by how far they are off: squared, absolute, relative, of logarithms."""

from __future__ import annotations

from typing import Any

from geartrain.defaults import epsilon
from geartrain.losses.alignment import paired
from geartrain.losses.loss import FunctionLoss
from geartrain.ops import absolute, add, divide, log, maximum, mean, multiply, square, subtract
from geartrain.tensor import Tensor


def mean_squared_error(y_true: Any, y_pred: Any) -> Tensor:
    """mean((y_true - y_pred)²) over the last axis.

    >>> mean_squared_error([[0.0, 1.0]], [[1.0, 1.0]]).tolist()
    [0.5]
    """
    target, output = paired("mean_squared_error", y_true, y_pred)
    return mean(square(subtract(target, output)), -1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Tensor:
    """mean(|y_true - y_pred|) over the last axis.

    >>> mean_absolute_error([[0.0, 3.0]], [[1.0, 1.0]]).tolist()
    [1.5]
    """
    target, output = paired("mean_absolute_error", y_true, y_pred)
    return mean(absolute(subtract(target, output)), -1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Tensor:
    """100 * mean(|y_true - y_pred| / max(|y_true|, epsilon)) over the last axis.

    >>> mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 4.0]]).tolist()
    [25.0]
    """
    target, output = paired("mean_absolute_percentage_error", y_true, y_pred)
    share = divide(subtract(target, output), maximum(absolute(target), epsilon()))
    return multiply(100.0, mean(absolute(share), -1))


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Tensor:
    """mean((log(1 + y_true) - log(1 + y_pred))²) over the last axis; negative numbers count as 0.

    >>> mean_squared_logarithmic_error([[0.0, 1.0]], [[0.0, 1.0]]).tolist()
    [0.0]
    """
    target, output = paired("mean_squared_logarithmic_error", y_true, y_pred)
    first, second = (log(add(maximum(each, epsilon()), 1.0)) for each in (target, output))
    return mean(square(subtract(first, second)), -1)


class MeanSquaredError(FunctionLoss):
    """mean((y_true - y_pred)²) over the last axis.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(MeanSquaredError()([[0.0, 1.0]], [[1.0, 1.0]]))
    0.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanAbsoluteError(FunctionLoss):
    """mean(|y_true - y_pred|) over the last axis.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 1.0]]))
    0.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(FunctionLoss):
    """100 * mean(|y_true - y_pred| / max(|y_true|, epsilon)) over the last axis.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(MeanAbsolutePercentageError()([[2.0, 4.0]], [[1.0, 4.0]]))
    25.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(FunctionLoss):
    """mean((log(1 + y_true) - log(1 + y_pred))²) over the last axis; negative numbers count as 0.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(MeanSquaredLogarithmicError()([[0.0, 1.0]], [[0.0, 1.0]]))
    0.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)

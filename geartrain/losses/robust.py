"""Losses of numbers that grow no faster than the error where it is large, and of directions."""

from __future__ import annotations

import math
from typing import Any

from geartrain.losses.alignment import paired
from geartrain.losses.loss import FunctionLoss
from geartrain.ops import (
    absolute,
    less_equal,
    logaddexp,
    mean,
    multiply,
    negative,
    normalize,
    square,
    subtract,
    sum,
)
from geartrain.ops.comparison import choose
from geartrain.tensor import Tensor


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Tensor:
    """The mean over the last axis of e²/2 where |e| <= delta, else delta |e| - delta²/2.

    e is y_true - y_pred (Huber 1964).

    >>> huber([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [1.5]
    """
    target, output = paired("huber", y_true, y_pred)
    size = absolute(subtract(output, target))
    near = multiply(0.5, square(size))
    far = subtract(multiply(delta, size), 0.5 * delta * delta)
    return mean(choose(less_equal(size, delta), near, far), -1)


def log_cosh(y_true: Any, y_pred: Any) -> Tensor:
    """mean(log(cosh(y_pred - y_true))) over the last axis, without overflow.

    >>> round(float(log_cosh([[0.0]], [[100.0]])[0]), 4)
    99.3069
    """
    target, output = paired("log_cosh", y_true, y_pred)
    error = subtract(output, target)
    return mean(subtract(logaddexp(error, negative(error)), math.log(2.0)), -1)


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """Minus the cosine of the angle between y_true and y_pred, along an axis.

    -1 where they point the same way, 0 where one is at right angles or 0, 1 where opposite.

    >>> cosine_similarity([[0.0, 2.0]], [[0.0, 1.0]]).tolist()
    [-1.0]
    """
    target, output = paired("cosine_similarity", y_true, y_pred)
    product = multiply(normalize(target, axis), normalize(output, axis))
    return negative(sum(product, axis))


class Huber(FunctionLoss):
    """Half the squared error where it is at most `delta`, and growing by `delta` beyond.

    Args:
        delta: where the square ends.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(Huber()([[0.0, 0.0]], [[1.0, 3.0]]))
    1.5
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(FunctionLoss):
    """mean(log(cosh(y_pred - y_true))): about e²/2 for small errors, |e| - log 2 for large ones.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> round(float(LogCosh()([[0.0]], [[1.0]])), 4)
    0.4338
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "log_cosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)


class CosineSimilarity(FunctionLoss):
    """Minus the cosine of the angle between targets and outputs: -1 is a perfect match.

    Args:
        axis: along which the vectors lie.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(CosineSimilarity()([[0.0, 2.0]], [[0.0, 1.0]]))
    -1.0
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)

"""Losses of distributions: how surprising the targets are, given the outputs."""

from __future__ import annotations

from typing import Any

from geartrain.defaults import epsilon
from geartrain.losses.alignment import paired
from geartrain.losses.loss import FunctionLoss
from geartrain.ops import add, clip, divide, log, mean, multiply, subtract, sum
from geartrain.tensor import Tensor


def kl_divergence(y_true: Any, y_pred: Any) -> Tensor:
    """sum(y_true * log(y_true / y_pred)) over the last axis (Kullback and Leibler 1951).

    Both are kept between epsilon and 1.

    >>> round(float(kl_divergence([[0.5, 0.5]], [[0.9, 0.1]])[0]), 4)
    0.5108
    """
    pair = paired("kl_divergence", y_true, y_pred)
    target, output = (clip(each, epsilon(), 1.0) for each in pair)
    return sum(multiply(target, log(divide(target, output))), -1)


def poisson(y_true: Any, y_pred: Any) -> Tensor:
    """mean(y_pred - y_true * log(y_pred)) over the last axis.

    Minus the logarithm of the likelihood of counts y_true under the rates y_pred, without the
    part that does not depend on the rates.

    >>> round(float(poisson([[1.0, 0.0]], [[1.0, 1.0]])[0]), 4)
    1.0
    """
    target, output = paired("poisson", y_true, y_pred)
    return mean(subtract(output, multiply(target, log(add(output, epsilon())))), -1)


class KLDivergence(FunctionLoss):
    """sum(y_true * log(y_true / y_pred)) over the last axis: how one distribution differs.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> round(float(KLDivergence()([[0.5, 0.5]], [[0.9, 0.1]])), 4)
    0.5108
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(FunctionLoss):
    """mean(y_pred - y_true * log(y_pred)) over the last axis, for targets that are counts.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> round(float(Poisson()([[1.0, 0.0]], [[1.0, 1.0]])), 4)
    1.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "poisson",
        dtype: Any = None,
    ) -> None:
        super().__init__(poisson, reduction, name, dtype)

"""Losses of margins: 0 where an output is on the right side by at least 1."""

from __future__ import annotations

from typing import Any

from geartrain.losses.alignment import paired
from geartrain.losses.loss import FunctionLoss
from geartrain.ops import (
    add,
    all,
    equal,
    logical_or,
    max,
    maximum,
    mean,
    multiply,
    square,
    subtract,
    sum,
)
from geartrain.ops.comparison import choose
from geartrain.tensor import Tensor


def hinge(y_true: Any, y_pred: Any) -> Tensor:
    """mean(max(1 - y_true * y_pred, 0)) over the last axis.

    Targets are -1 or 1; where all of them are 0 or 1, 0 is taken as -1.

    >>> hinge([[1.0, -1.0]], [[0.5, -2.0]]).tolist()
    [0.25]
    """
    return mean(_margins("hinge", y_true, y_pred), -1)


def squared_hinge(y_true: Any, y_pred: Any) -> Tensor:
    """mean(max(1 - y_true * y_pred, 0)²) over the last axis, with targets as for `hinge`.

    >>> squared_hinge([[1.0, -1.0]], [[0.5, -2.0]]).tolist()
    [0.125]
    """
    return mean(square(_margins("squared_hinge", y_true, y_pred)), -1)


def categorical_hinge(y_true: Any, y_pred: Any) -> Tensor:
    """max(neg - pos + 1, 0), over the last axis.

    pos is sum(y_true * y_pred), neg is max((1 - y_true) * y_pred).

    >>> round(float(categorical_hinge([[0.0, 1.0]], [[0.5, 0.75]])[0]), 4)
    0.75
    """
    target, output = paired("categorical_hinge", y_true, y_pred)
    right = sum(multiply(target, output), -1)
    wrong = max(multiply(subtract(1.0, target), output), -1)
    return maximum(add(subtract(wrong, right), 1.0), 0.0)


def _margins(name: str, y_true: Any, y_pred: Any) -> Tensor:
    target, output = paired(name, y_true, y_pred)
    return maximum(subtract(1.0, multiply(_as_signs(target), output)), 0.0)


def _as_signs(target: Tensor) -> Tensor:
    """-1 and 1 for targets of 0 and 1; others as they are."""
    is_binary = all(logical_or(equal(target, 0.0), equal(target, 1.0)))
    return choose(is_binary, subtract(multiply(2.0, target), 1.0), target)


class Hinge(FunctionLoss):
    """mean(max(1 - y_true * y_pred, 0)) over the last axis, for targets of -1 or 1 (or 0 and 1).

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(Hinge()([[1.0, -1.0]], [[0.5, -2.0]]))
    0.25
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(FunctionLoss):
    """mean(max(1 - y_true * y_pred, 0)²) over the last axis, for targets of -1 or 1 (or 0 and 1).

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(SquaredHinge()([[1.0, -1.0]], [[0.5, -2.0]]))
    0.125
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(FunctionLoss):
    """How far the right class is from leading every other by 1, for one-hot targets.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.75]]))
    0.75
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)

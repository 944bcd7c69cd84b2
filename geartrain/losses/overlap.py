"""Losses of masks of images: how much two regions overlap."""

from __future__ import annotations

from typing import Any

from geartrain.defaults import epsilon
from geartrain.losses.alignment import paired
from geartrain.losses.loss import FunctionLoss
from geartrain.ops import add, divide, multiply, subtract, sum
from geartrain.tensor import Tensor


def dice(y_true: Any, y_pred: Any, axis: Any = None) -> Tensor:
    """1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred)), over some axes.

    Args:
        y_true: 0 and 1.
        y_pred: probabilities.
        axis: which are summed over; None is all.

    Source: Milletari, Navab and Ahmadi, "V-Net" (2016), 3.

    >>> round(float(dice([[1.0, 1.0]], [[1.0, 0.0]])), 4)
    0.3333
    """
    target, output = paired("dice", y_true, y_pred)
    overlap = sum(multiply(target, output), axis)
    both = add(sum(target, axis), sum(output, axis))
    share = divide(add(multiply(2.0, overlap), epsilon()), add(both, epsilon()))
    return subtract(1.0, share)


def tversky(
    y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Any = None
) -> Tensor:
    """1 - TP / (TP + alpha FN + beta FP), over some axes.

    Args:
        y_true: 0 and 1.
        y_pred: probabilities.
        alpha: how much false negatives weigh.
        beta: how much false positives weigh.
        axis: which are summed over; None is all.

    Source: Salehi, Erdogmus and Gholipour, "Tversky loss function for image segmentation using 3D
    fully convolutional deep networks" (2017), equation 3, with alpha and beta in Keras's roles,
    the other way round.

    >>> round(float(tversky([[1.0, 1.0]], [[1.0, 0.0]])), 4)
    0.3333
    """
    target, output = paired("tversky", y_true, y_pred)
    overlap = sum(multiply(target, output), axis)
    wrong = sum(multiply(subtract(1.0, target), output), axis)
    missed = sum(multiply(target, subtract(1.0, output)), axis)
    whole = add(overlap, add(multiply(alpha, missed), multiply(beta, wrong)))
    return subtract(1.0, divide(add(overlap, epsilon()), add(whole, epsilon())))


class Dice(FunctionLoss):
    """1 minus twice the overlap over the sum of two regions: 0 where they are the same.

    Args:
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        axis: which are summed over; None is all, the batch too.
        dtype: computed in.

    >>> round(float(Dice()([[1.0, 1.0]], [[1.0, 0.0]])), 4)
    0.3333
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "dice",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)
        self.axis = axis


class Tversky(FunctionLoss):
    """1 minus the overlap over itself and what is wrong: the dice loss with weights for errors.

    Args:
        alpha: how much false negatives weigh.
        beta: how much false positives weigh.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        axis: which are summed over; None is all, the batch too.
        dtype: computed in.

    >>> round(float(Tversky()([[1.0, 1.0]], [[1.0, 0.0]])), 4)
    0.3333
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "tversky",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)
        self.alpha = alpha
        self.beta = beta
        self.axis = axis

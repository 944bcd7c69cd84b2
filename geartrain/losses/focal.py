"""Crossentropies that look at what is still wrong: easy samples count for less.

Source: Lin, Goyal, Girshick, He and Dollar, "Focal loss for dense object detection" (2017), 3.2.
"""

from __future__ import annotations

from typing import Any

from geartrain.defaults import epsilon
from geartrain.losses.alignment import paired
from geartrain.losses.crossentropy import smoothed
from geartrain.losses.loss import FunctionLoss
from geartrain.ops import (
    add,
    binary_crossentropy,
    clip,
    divide,
    log,
    mean,
    multiply,
    negative,
    power,
    sigmoid,
    softmax,
    subtract,
    sum,
)
from geartrain.tensor import Tensor


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """The mean along an axis of (1 - p_t)^gamma times the binary crossentropy.

    p_t is the probability that was given to what is true.

    Args:
        y_true: 0 or 1.
        y_pred: probabilities, or logits.
        apply_class_balancing: whether class 1 counts `alpha` and class 0 the rest.
        alpha: how much class 1 counts.
        gamma: how much less easy samples count; 0 is the crossentropy itself.
        from_logits: whether outputs are logits.
        label_smoothing: the share by which targets move towards 1/2.
        axis: which is averaged.

    >>> round(float(binary_focal_crossentropy([[1.0]], [[0.5]])[0]), 4)
    0.1733
    """
    target, output = paired("binary_focal_crossentropy", y_true, y_pred)
    target = smoothed(target, label_smoothing, 2)
    output = sigmoid(output) if from_logits else output
    off = subtract(1.0, target)
    likely = add(multiply(target, output), multiply(off, subtract(1.0, output)))
    losses = multiply(power(subtract(1.0, likely), gamma), binary_crossentropy(target, output))
    if apply_class_balancing:
        losses = multiply(add(multiply(target, alpha), multiply(off, 1.0 - alpha)), losses)
    return mean(losses, axis)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """-sum(alpha * (1 - p)^gamma * y_true * log(p)) along an axis.

    Args:
        y_true: one-hot rows.
        y_pred: probabilities, or logits.
        alpha: a factor, or one for each class.
        gamma: how much less easy samples count.
        from_logits: whether outputs are logits.
        label_smoothing: the share of a target that is spread over all classes.
        axis: along which the classes lie.

    >>> round(float(categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])[0]), 4)
    0.0433
    """
    target, output = paired("categorical_focal_crossentropy", y_true, y_pred)
    target = smoothed(target, label_smoothing, output.shape[axis])
    output = softmax(output, axis) if from_logits else output
    output = divide(output, sum(output, axis, keepdims=True))
    output = clip(output, epsilon(), 1.0 - epsilon())
    surprise = negative(multiply(target, log(output)))
    factor = multiply(power(subtract(1.0, output), gamma), alpha)
    return sum(multiply(factor, surprise), axis)


class BinaryFocalCrossentropy(FunctionLoss):
    """The binary crossentropy times (1 - p_t)^gamma: what is nearly right counts for little.

    Args:
        apply_class_balancing: whether class 1 counts `alpha` and class 0 the rest.
        alpha: how much class 1 counts.
        gamma: how much less easy samples count.
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: the share by which targets move towards 1/2.
        axis: which is averaged.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> round(float(BinaryFocalCrossentropy()([[1.0]], [[0.5]])), 4)
    0.1733
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction,
            name,
            dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.apply_class_balancing = apply_class_balancing
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class CategoricalFocalCrossentropy(FunctionLoss):
    """The crossentropy times alpha * (1 - p)^gamma: what is nearly right counts for little.

    Args:
        alpha: a factor, or one for each class.
        gamma: how much less easy samples count.
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: the share of a target that is spread over all classes.
        axis: along which the classes lie.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> round(float(CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.0433
    """

    def __init__(
        self,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction,
            name,
            dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

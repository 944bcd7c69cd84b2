"""`Loss`: one number for how far a batch of outputs is from its targets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from geartrain.errors import explain
from geartrain.ops import cast, convert_to_tensor, expand_dims, mean, squeeze
from geartrain.tensor import Tensor, format_shape


class Loss(ABC):
    """The mean over the batch of a loss for each sample."""

    name = "loss"

    def __call__(self, y_true: Any, y_pred: Any) -> Tensor:
        """The loss of a batch: a scalar."""
        output = convert_to_tensor(y_pred)
        return mean(self.call(convert_to_tensor(y_true), output))

    @abstractmethod
    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The loss of each sample: the shape of `y_pred` without its last axis."""


class FunctionLoss(Loss):
    """A loss that a user's function of (y_true, y_pred) gives."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        self.function = function
        self.name = getattr(function, "__name__", "loss")

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return self.function(cast(y_true, y_pred.dtype), y_pred)


def align(name: str, y_true: Tensor, y_pred: Tensor) -> Tensor:
    """`y_true` in the dtype and shape of `y_pred`.

    Shapes that differ only by a last axis of size 1, on either side, are brought together by
    adding or removing it in `y_true`.

    Raises:
        ValueError: they differ in another way; nothing is broadcast.
    """
    target = cast(y_true, y_pred.dtype)
    if target.shape == y_pred.shape:
        return target
    if (*target.shape, 1) == y_pred.shape:
        return expand_dims(target, -1)
    if target.shape == (*y_pred.shape, 1):
        return squeeze(target, -1)
    raise ValueError(
        explain(
            f"{name} cannot compare these",
            given=f"y_true of shape {format_shape(y_true.shape)}, "
            f"y_pred of shape {format_shape(y_pred.shape)}",
            expected="one shape for both (the model's last layer sets that of y_pred)",
            remedy=f"y of shape (samples, {', '.join(map(str, y_pred.shape[1:]))})",
        )
    )

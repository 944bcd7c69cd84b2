"""What a `train_step` of Keras 2 asks its model for: `compiled_loss`, `compiled_metrics`."""

from __future__ import annotations

from typing import Any

from geartrain.ops import add, sum
from geartrain.tensor import Tensor


def compiled_loss(
    self: Any,
    y_true: Any,
    y_pred: Any,
    sample_weight: Any = None,
    regularization_losses: Any = None,
) -> Tensor:
    """The losses that `compile` was given, and those that are named; "loss" in the logs has both.

    Args:
        self: the model.
        y_true: the targets.
        y_pred: what the model gave.
        sample_weight: how much each sample counts.
        regularization_losses: what is added: `self.losses`.
    """
    total: Tensor = self._compile_loss(y_true, y_pred, sample_weight)
    for each in regularization_losses or []:
        total = add(total, sum(each))
    self._loss_tracker.update_state(total)
    return total


class CompiledMetrics:
    """The metrics that `compile` was given."""

    def __init__(self, model: Any) -> None:
        self._model = model

    @property
    def metrics(self) -> list[Any]:
        """The metrics, that of the loss not among them."""
        given = self._model._compile_metrics
        return [] if given is None else list(given.metrics)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        given = self._model._compile_metrics
        if given is not None:
            given.update_state(y_true, y_pred, sample_weight=sample_weight)

    def reset_state(self) -> None:
        """Begin anew."""
        for each in self.metrics:
            each.reset_state()


def compiled_metrics(self: Any) -> CompiledMetrics:
    """The metrics that `compile` was given."""
    return CompiledMetrics(self)

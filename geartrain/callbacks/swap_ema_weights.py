"""`SwapEMAWeights`: evaluates and predicts with the mean of the weights."""

from __future__ import annotations

from typing import Any

from geartrain.callbacks.callback import Callback, Logs
from geartrain.errors import explain


class SwapEMAWeights(Callback):
    """Use the running mean of the weights, which the optimizer keeps, for evaluation.

    The weights and their means change places before evaluation or prediction and after it.

    Args:
        swap_on_epoch: whether they change places at the ends of epochs as well, so that what is
            saved there are the means.

    Raises:
        ValueError: when used: the optimizer keeps no mean.
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._ema_weights_in_model = False

    def _swap(self) -> None:
        optimizer = _averaging(getattr(self.model, "optimizer", None))
        averages = getattr(optimizer, "_model_variables_moving_average", None)
        if averages is None:
            raise ValueError(_not_used_message())
        for variable, average in zip(optimizer._trainable_variables, averages, strict=True):
            if average is not None:
                weight, mean = variable.numpy(), average.numpy()
                variable.assign(mean)
                average.assign(weight)
        self._ema_weights_in_model = not self._ema_weights_in_model

    def _use_means(self) -> None:
        if not self._ema_weights_in_model:
            self._swap()

    def _use_weights(self) -> None:
        if self._ema_weights_in_model:
            self._swap()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        if self.swap_on_epoch:
            self._use_weights()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.swap_on_epoch:
            self._use_means()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.swap_on_epoch and self._ema_weights_in_model:
            self._swap()

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._use_means()

    def on_test_end(self, logs: Logs | None = None) -> None:
        self._use_weights()

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._use_means()

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._use_weights()


def _averaging(optimizer: Any) -> Any:
    """The optimizer that keeps means: the one inside, where another wraps it."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if not getattr(inner, "use_ema", False):
        raise ValueError(_not_used_message())
    return inner


def _not_used_message() -> str:
    return explain(
        "SwapEMAWeights needs the means of the weights",
        given="an optimizer without use_ema, or one that has made no step",
        expected="an optimizer that keeps them",
        remedy="optimizers.Adam(use_ema=True, ema_momentum=0.99)",
    )

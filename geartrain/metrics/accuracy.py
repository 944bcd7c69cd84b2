"""How often a model is right."""

from __future__ import annotations

from geartrain.losses.loss import align
from geartrain.metrics.metric import SampleMetric
from geartrain.ops import argmax, cast, equal, greater, squeeze
from geartrain.tensor import Tensor


class CategoricalAccuracy(SampleMetric):
    """How often the largest output is at the place of the one in a one-hot target."""

    def __init__(self, name: str = "categorical_accuracy") -> None:
        super().__init__(name)

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        target = align(self.name, y_true, y_pred)
        return cast(equal(argmax(target, -1), argmax(y_pred, -1)), "float32")


class SparseCategoricalAccuracy(SampleMetric):
    """How often the largest output is at the place that the target, a class number, names."""

    def __init__(self, name: str = "sparse_categorical_accuracy") -> None:
        super().__init__(name)

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        if y_true.ndim == y_pred.ndim and y_true.shape[-1] == 1:
            y_true = squeeze(y_true, -1)
        chosen = argmax(y_pred, -1)
        target = cast(y_true, chosen.dtype)
        return cast(equal(align(self.name, target, chosen), chosen), "float32")


class BinaryAccuracy(SampleMetric):
    """How often outputs lie on the target's side of a threshold."""

    def __init__(self, name: str = "binary_accuracy", threshold: float = 0.5) -> None:
        super().__init__(name)
        self.threshold = threshold

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        decided = cast(greater(y_pred, self.threshold), y_pred.dtype)
        return cast(equal(align(self.name, y_true, y_pred), decided), "float32")


class Accuracy(SampleMetric):
    """What `metrics=['accuracy']` means: the accuracy that the shapes call for."""

    def __init__(self, name: str = "accuracy") -> None:
        super().__init__(name)

    def values(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        chosen = accuracy_for(y_true, y_pred)
        return chosen(self.name).values(y_true, y_pred)


def accuracy_for(y_true: Tensor, y_pred: Tensor) -> type[SampleMetric]:
    """Keras's rule: one output is binary, one target for many outputs is a class number."""
    if y_pred.shape[-1] == 1:
        return BinaryAccuracy
    if y_true.ndim < y_pred.ndim or y_true.shape[-1] == 1:
        return SparseCategoricalAccuracy
    return CategoricalAccuracy

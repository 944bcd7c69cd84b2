"""The four numbers of a confusion matrix: true and false positives and negatives."""

from __future__ import annotations

from typing import Any

from geartrain.metrics.confusion import checked_thresholds, count, prepared
from geartrain.metrics.metric import Metric
from geartrain.ops import add
from geartrain.tensor import Tensor


class ConfusionCount(Metric):
    """One of the four numbers, at one or more thresholds."""

    _counted = ""

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.thresholds = checked_thresholds(thresholds)
        self.accumulator = self.add_variable((len(self.thresholds),), "zeros", name="accumulator")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: labels: what is not 0 is positive.
            y_pred: predictions: positive above the threshold.
            sample_weight: how much each sample, or each label of it, counts.
        """
        scores = prepared(self.name, y_true, y_pred, sample_weight, self.accumulator.dtype.name)
        found: Tensor = getattr(count(scores, self.thresholds), self._counted)
        self.accumulator.assign(add(self.accumulator, found))

    def result(self) -> Tensor:
        """The number; one for each threshold, if there are several."""
        value = self.accumulator.value
        return value[0] if len(self.thresholds) == 1 else value

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"thresholds": self.init_thresholds}


class FalsePositives(ConfusionCount):
    """How much is taken for positive that is not.

    Args:
        thresholds: above which a prediction is positive: a number or a list; None is 0.5.
        name: of the metric.
        dtype: computed in.

    >>> float(FalsePositives()([0, 1, 0, 0], [0, 0, 1, 1]))
    2.0
    """

    _counted = "false_positives"


class FalseNegatives(ConfusionCount):
    """How much is positive and not taken for it.

    Args:
        thresholds: above which a prediction is positive: a number or a list; None is 0.5.
        name: of the metric.
        dtype: computed in.

    >>> float(FalseNegatives()([0, 1, 1, 1], [0, 1, 0, 0]))
    2.0
    """

    _counted = "false_negatives"


class TrueNegatives(ConfusionCount):
    """How much is rightly taken for negative.

    Args:
        thresholds: above which a prediction is positive: a number or a list; None is 0.5.
        name: of the metric.
        dtype: computed in.

    >>> float(TrueNegatives()([0, 1, 0, 0], [1, 1, 0, 0]))
    2.0
    """

    _counted = "true_negatives"


class TruePositives(ConfusionCount):
    """How much is rightly taken for positive.

    Args:
        thresholds: above which a prediction is positive: a number or a list; None is 0.5.
        name: of the metric.
        dtype: computed in.

    >>> float(TruePositives()([0, 1, 1, 1], [1, 0, 1, 1]))
    2.0
    """

    _counted = "true_positives"

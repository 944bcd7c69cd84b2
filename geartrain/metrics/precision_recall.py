"""How much of what is taken for positive is so, and how much of what is so is taken for it."""

from __future__ import annotations

from typing import Any

from geartrain.metrics.confusion import NOWHERE, Counts, checked_thresholds, count, prepared
from geartrain.metrics.metric import Metric
from geartrain.ops import add, divide_no_nan
from geartrain.tensor import Tensor, Variable


class _Share(Metric):
    """True positives over themselves and what is wrong: the counts that `_wrong` names."""

    _direction = "up"
    _wrong: str

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self.thresholds = checked_thresholds(thresholds, 0.5 if top_k is None else NOWHERE)
        self.true_positives = self._counter("true_positives")
        setattr(self, self._wrong, self._counter(self._wrong))

    def _counter(self, name: str) -> Variable:
        return self.add_variable((len(self.thresholds),), "zeros", name=name)

    def _count(self, y_true: Any, y_pred: Any, sample_weight: Any) -> Counts:
        scores = prepared(
            self.name,
            y_true,
            y_pred,
            sample_weight,
            self.true_positives.dtype.name,
            best=self.top_k,
            class_id=self.class_id,
        )
        found = count(scores, self.thresholds)
        self.true_positives.assign(add(self.true_positives, found.true_positives))
        return found

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: labels: what is not 0 is positive.
            y_pred: predictions.
            sample_weight: how much each sample, or each label of it, counts.
        """
        found = self._count(y_true, y_pred, sample_weight)
        wrong: Variable = getattr(self, self._wrong)
        wrong.assign(add(wrong, getattr(found, self._wrong)))

    def result(self) -> Tensor:
        """The share; one for each threshold, if there are several."""
        right = self.true_positives.value
        share = divide_no_nan(right, add(right, getattr(self, self._wrong)))
        return share[0] if len(self.thresholds) == 1 else share

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "thresholds": self.init_thresholds,
            "top_k": self.top_k,
            "class_id": self.class_id,
        }


class Precision(_Share):
    """True positives over all that is taken for positive.

    Args:
        thresholds: above which a prediction is positive: a number or a list; None is 0.5, or none
            with `top_k`.
        top_k: how many of a row's predictions may be positive.
        class_id: the one column that counts.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: a threshold lies outside of 0 to 1.

    >>> round(float(Precision()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    _wrong = "false_positives"
    false_positives: Variable


class Recall(_Share):
    """True positives over all that is positive.

    Args:
        thresholds: above which a prediction is positive: a number or a list; None is 0.5, or none
            with `top_k`.
        top_k: how many of a row's predictions may be positive.
        class_id: the one column that counts.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: a threshold lies outside of 0 to 1.

    >>> round(float(Recall()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    _wrong = "false_negatives"
    false_negatives: Variable

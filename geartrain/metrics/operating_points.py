"""The best that one number can be where another is at least a given value.

Each of some thresholds is a way to decide; of those at which the one number is high enough, the
best for the other is found.
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.metrics.confusion import count, even_thresholds, prepared
from geartrain.metrics.metric import Metric
from geartrain.ops import add, divide_no_nan, greater_equal, max
from geartrain.ops.comparison import choose
from geartrain.tensor import Tensor, Variable

STATE = ("true_positives", "false_positives", "true_negatives", "false_negatives")


class OperatingPoint(Metric):
    """One number at its best where another is at least `value`."""

    _direction = "up"
    true_positives: Variable
    false_positives: Variable
    true_negatives: Variable
    false_negatives: Variable

    def __init__(
        self,
        value: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if num_thresholds <= 0:
            raise ValueError(_number_message(num_thresholds))
        self.value = value
        self.class_id = class_id
        self.num_thresholds = num_thresholds
        self.thresholds = [0.5] if num_thresholds == 1 else even_thresholds(num_thresholds)
        for each in STATE:
            setattr(self, each, self.add_variable((len(self.thresholds),), "zeros", name=each))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: labels: what is not 0 is positive.
            y_pred: predictions, from 0 to 1.
            sample_weight: how much each sample, or each label of it, counts.
        """
        dtype = self.true_positives.dtype.name
        scores = prepared(self.name, y_true, y_pred, sample_weight, dtype, class_id=self.class_id)
        found = count(scores, self.thresholds)
        for each in STATE:
            variable: Variable = getattr(self, each)
            variable.assign(add(variable, getattr(found, each)))

    def _best(self, wanted: Tensor, demanded: Tensor) -> Tensor:
        """The largest number wanted where the one demanded is at least `value`; 0 if nowhere."""
        return max(choose(greater_equal(demanded, self.value), wanted, 0.0))

    def _sensitivity(self) -> Tensor:
        return divide_no_nan(
            self.true_positives.value, add(self.true_positives, self.false_negatives)
        )

    def _specificity(self) -> Tensor:
        return divide_no_nan(
            self.true_negatives.value, add(self.true_negatives, self.false_positives)
        )

    def _precision(self) -> Tensor:
        return divide_no_nan(
            self.true_positives.value, add(self.true_positives, self.false_positives)
        )

    def get_config(self) -> dict[str, Any]:
        own = {"class_id": self.class_id, "num_thresholds": self.num_thresholds}
        return super().get_config() | own


class SensitivityAtSpecificity(OperatingPoint):
    """The best sensitivity, TP / (TP + FN), where TN / (TN + FP) is at least `specificity`.

    Args:
        specificity: from 0 to 1.
        num_thresholds: how many thresholds are tried.
        class_id: the one column that counts.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: `specificity` lies outside of 0 to 1, or there is no threshold.

    >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        _check("specificity", specificity)
        super().__init__(specificity, num_thresholds, class_id, name, dtype)
        self.specificity = specificity

    def result(self) -> Tensor:
        """The best sensitivity."""
        return self._best(self._sensitivity(), self._specificity())

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"specificity": self.specificity}


class SpecificityAtSensitivity(OperatingPoint):
    """The best specificity, TN / (TN + FP), where TP / (TP + FN) is at least `sensitivity`.

    Args:
        sensitivity: from 0 to 1.
        num_thresholds: how many thresholds are tried.
        class_id: the one column that counts.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: `sensitivity` lies outside of 0 to 1, or there is no threshold.

    >>> round(float(SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])), 4)
    0.6667
    """

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        _check("sensitivity", sensitivity)
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)
        self.sensitivity = sensitivity

    def result(self) -> Tensor:
        """The best specificity."""
        return self._best(self._specificity(), self._sensitivity())

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"sensitivity": self.sensitivity}


class PrecisionAtRecall(OperatingPoint):
    """The best precision, TP / (TP + FP), where the recall, TP / (TP + FN), is at least `recall`.

    Args:
        recall: from 0 to 1.
        num_thresholds: how many thresholds are tried.
        class_id: the one column that counts.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: `recall` lies outside of 0 to 1, or there is no threshold.

    >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        _check("recall", recall)
        super().__init__(recall, num_thresholds, class_id, name, dtype)
        self.recall = recall

    def result(self) -> Tensor:
        """The best precision."""
        return self._best(self._precision(), self._sensitivity())

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"recall": self.recall}


class RecallAtPrecision(OperatingPoint):
    """The best recall, TP / (TP + FN), where the precision, TP / (TP + FP), is high enough.

    Args:
        precision: from 0 to 1: how high.
        num_thresholds: how many thresholds are tried.
        class_id: the one column that counts.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: `precision` lies outside of 0 to 1, or there is no threshold.

    >>> float(RecallAtPrecision(0.8)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
    0.5
    """

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        _check("precision", precision)
        super().__init__(precision, num_thresholds, class_id, name, dtype)
        self.precision = precision

    def result(self) -> Tensor:
        """The best recall."""
        return self._best(self._sensitivity(), self._precision())

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"precision": self.precision}


def _check(name: str, value: float) -> None:
    if 0 <= value <= 1:
        return
    raise ValueError(
        explain(
            f"The {name} lies between 0 and 1",
            given=f"{name}={value!r}",
            expected="a number from 0 to 1",
            remedy=f"{name}=0.5",
        )
    )


def _number_message(number: int) -> str:
    return explain(
        "There must be a threshold to decide by",
        given=f"num_thresholds={number!r}",
        expected="a whole number from 1 on",
        remedy="num_thresholds=200",
    )

"""`AUC`: the area under a curve of two shares, over all thresholds.

Sources: of the interpolation between points of the precision-recall curve, Davis and Goadrich, "The
relationship between precision-recall and ROC curves" (2006), 3; of the gains, Flach and Kull,
"Precision-recall-gain curves" (2015), equation 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from geartrain.errors import explain, unknown_name
from geartrain.metrics.confusion import (
    MARGIN,
    checked_thresholds,
    count,
    even_thresholds,
    prepared,
)
from geartrain.metrics.metric import Metric
from geartrain.ops import (
    add,
    convert_to_tensor,
    divide,
    divide_no_nan,
    greater,
    log,
    logical_and,
    maximum,
    mean,
    minimum,
    multiply,
    sigmoid,
    subtract,
    sum,
)
from geartrain.ops.comparison import choose
from geartrain.ops.shaping import cut_out
from geartrain.tensor import Tensor, Variable, format_shape

STATE = ("true_positives", "false_positives", "true_negatives", "false_negatives")


class Curve(Enum):
    """What is drawn over what."""

    ROC = "ROC"
    PR = "PR"
    PRGAIN = "PRGAIN"


class Summation(Enum):
    """How high the curve is between two points."""

    INTERPOLATION = "interpolation"
    MAJORING = "majoring"
    MINORING = "minoring"


class AUC(Metric):
    """The area under a curve over all thresholds: 1 is perfect, 0.5 is guessing (for ROC).

    The curve is known at some thresholds; between them it is taken as straight, as its higher or as
    its lower end.

    Args:
        num_thresholds: at how many thresholds the curve is known.
        curve: "ROC": true positives' share over that of false ones; "PR": precision over recall;
            "PRGAIN": their gains over always saying yes.
        summation_method: "interpolation", "majoring" or "minoring".
        name: of the metric.
        dtype: computed in.
        thresholds: the thresholds between 0 and 1, in place of even ones.
        multi_label: whether each label has its curve, and the areas are averaged.
        num_labels: how many labels there are; None is found out from the first batch.
        label_weights: how much each label counts.
        from_logits: whether predictions are logits.

    Raises:
        ValueError: an argument is not one of these.

    >>> float(AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
    0.75
    """

    _direction = "up"
    true_positives: Variable
    false_positives: Variable
    true_negatives: Variable
    false_negatives: Variable

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.curve = _chosen(Curve, "curve", curve)
        self.summation_method = _chosen(Summation, "summation_method", summation_method)
        self._init_from_thresholds = thresholds is not None
        self._thresholds = _all_thresholds(num_thresholds, thresholds)
        self.num_thresholds = len(self._thresholds)
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = label_weights
        self._from_logits = from_logits
        self._built = False
        if num_labels and not multi_label:
            raise ValueError(_labels_message(num_labels))
        if not multi_label or num_labels:
            self._build((None, num_labels) if multi_label else None)

    @property
    def thresholds(self) -> list[float]:
        """The thresholds, from just below 0 to just above 1."""
        return list(self._thresholds)

    def _build(self, shape: Sequence[Any] | None) -> None:
        """Make the state, for outputs of this shape."""
        self._build_input_shape = shape
        own = [self.num_thresholds]
        if self.multi_label:
            if shape is None or len(shape) != 2:
                raise ValueError(_rank_message(shape or ()))
            self._num_labels = int(shape[1])
            own.append(self._num_labels)
        for each in STATE:
            setattr(self, each, self.add_variable(own, "zeros", name=each))
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: labels: what is not 0 is positive.
            y_pred: predictions, from 0 to 1, or logits.
            sample_weight: how much each sample, or each label of it, counts.
        """
        output = convert_to_tensor(y_pred, self.dtype)
        if not self._built:
            self._build(output.shape)
        output = sigmoid(output) if self._from_logits else output
        weights = None if self.multi_label else self.label_weights
        scores = prepared(
            self.name,
            y_true,
            output,
            sample_weight,
            self.true_positives.dtype.name,
            label_weights=weights,
        )
        found = count(scores, self._thresholds, by_label=self.multi_label)
        for each in STATE:
            variable: Variable = getattr(self, each)
            variable.assign(add(variable, getattr(found, each)))

    def result(self) -> Tensor:
        """The area."""
        interpolates = self.summation_method is Summation.INTERPOLATION
        if self.curve is Curve.PR and interpolates:
            return self.interpolate_pr_auc()
        x, y = self._points()
        (left, right), ends = _ends(x), _ends(y)
        heights = {
            Summation.INTERPOLATION: lambda: divide(add(*ends), 2.0),
            Summation.MINORING: lambda: minimum(*ends),
            Summation.MAJORING: lambda: maximum(*ends),
        }[self.summation_method]()
        return self._over_labels(multiply(subtract(left, right), heights))

    def _points(self) -> tuple[Tensor, Tensor]:
        """The curve's points, one for each threshold: x and y."""
        right, wrong = self.true_positives.value, self.false_positives.value
        missed, passed = self.false_negatives.value, self.true_negatives.value
        recall = divide_no_nan(right, add(right, missed))
        if self.curve is Curve.ROC:
            return divide_no_nan(wrong, add(wrong, passed)), recall
        if self.curve is Curve.PR:
            return recall, divide_no_nan(right, add(right, wrong))
        odds = divide_no_nan(add(right, missed), add(wrong, passed))
        recall_gain, precision_gain = (
            subtract(1.0, multiply(odds, divide_no_nan(each, right))) for each in (missed, wrong)
        )
        return choose(greater(right, 0.0), maximum(recall_gain, 0.0), 0.0), precision_gain

    def interpolate_pr_auc(self) -> Tensor:
        """The area under the precision-recall curve, exact between the points.

        Between two thresholds true positives are taken as a straight line of all positives:
        TP = slope * P + intercept, and the precision TP / P is integrated over the recall.
        """
        right = self.true_positives.value
        positive = add(right, self.false_positives)
        (first, second), (more, less) = _ends(right), _ends(positive)
        step = subtract(first, second)
        slope = divide_no_nan(step, maximum(subtract(more, less), 0.0))
        intercept = subtract(second, multiply(slope, less))
        both = logical_and(greater(more, 0.0), greater(less, 0.0))
        ratio = choose(both, divide_no_nan(more, maximum(less, 0.0)), 1.0)
        gained = multiply(slope, add(step, multiply(intercept, log(ratio))))
        true = maximum(add(second, _ends(self.false_negatives.value)[1]), 0.0)
        return self._over_labels(divide_no_nan(gained, true))

    def _over_labels(self, parts: Tensor) -> Tensor:
        """The area of its parts; of several labels their mean, as they count."""
        if not self.multi_label:
            return sum(parts)
        areas = sum(parts, 0)
        if self.label_weights is None:
            return mean(areas)
        weights = convert_to_tensor(self.label_weights, areas.dtype)
        return divide_no_nan(sum(multiply(areas, weights)), sum(weights))

    def get_config(self) -> dict[str, Any]:
        weights = self.label_weights
        config = super().get_config() | {
            "num_thresholds": self.num_thresholds,
            "curve": self.curve.value,
            "summation_method": self.summation_method.value,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": weights,
            "from_logits": self._from_logits,
        }
        if self._init_from_thresholds:
            config["thresholds"] = self.thresholds[1:-1]
        return config


def _ends(values: Tensor) -> tuple[Tensor, Tensor]:
    """The values at the lower and at the upper threshold of each step."""
    size = int(str(values.shape[0]))
    return cut_out(values, 0, 0, size - 1), cut_out(values, 0, 1, size)


def _all_thresholds(number: int, thresholds: Sequence[float] | None) -> list[float]:
    if thresholds is not None:
        inner = sorted(checked_thresholds(list(thresholds)))
        even = even_thresholds(len(inner) + 2)[1:-1]
        same = all(abs(a - b) <= MARGIN for a, b in zip(inner, even, strict=True))
        return [0.0 - MARGIN, *(even if same else inner), 1.0 + MARGIN]
    if not isinstance(number, int) or number <= 1:
        raise ValueError(_number_message(number))
    return even_thresholds(number, MARGIN)


def _chosen(kinds: Any, argument: str, wanted: Any) -> Any:
    if isinstance(wanted, kinds):
        return wanted
    for kind in kinds:
        if str(wanted).lower() == kind.value.lower():
            return kind
    names = [kind.value for kind in kinds]
    raise ValueError(unknown_name(argument, wanted, names, remedy=argument + "={}"))


def _number_message(number: Any) -> str:
    return explain(
        "AUC needs thresholds",
        given=f"num_thresholds={number!r}",
        expected="a whole number from 2 on",
        remedy="num_thresholds=200",
    )


def _labels_message(number: int) -> str:
    return explain(
        "AUC has one curve for all labels",
        given=f"num_labels={number}, multi_label=False",
        expected="num_labels only where each label has its curve",
        remedy=f"AUC(multi_label=True, num_labels={number})",
    )


def _rank_message(shape: Sequence[Any]) -> str:
    return explain(
        "AUC with multi_label=True looks at the columns of a matrix",
        given=f"predictions of shape {format_shape(tuple(shape))}",
        expected="(batch, labels)",
        axis=f"rank {len(shape)} against 2",
        remedy="AUC(multi_label=False), or y_pred.reshape(-1, labels)",
    )

"""F-scores: precision and recall in one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.defaults import epsilon
from geartrain.errors import explain
from geartrain.losses.alignment import paired, spread_weights
from geartrain.metrics.metric import Metric
from geartrain.ops import (
    absolute,
    add,
    cast,
    convert_to_tensor,
    divide,
    greater,
    greater_equal,
    logical_and,
    max,
    mean,
    multiply,
    subtract,
    sum,
)
from geartrain.tensor import Shape, Tensor, Variable, format_shape

AVERAGES = (None, "micro", "macro", "weighted")
TINY = 1e-9  # a row without any prediction has no best one


class FBetaScore(Metric):
    """(1 + beta²) * precision * recall / (beta² * precision + recall), for each class.

    Args:
        average: None gives one for each class; "micro" counts all classes as one, "macro" gives
            the mean, "weighted" the mean weighted by how often a class occurs.
        beta: how many times as much recall counts as precision.
        threshold: above which an output stands for 1; None takes the largest of each row.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: an argument is none of these.

    >>> score = FBetaScore(beta=2.0, threshold=0.5)
    >>> [round(each, 4) for each in score([[1, 1], [1, 0]], [[0.2, 0.6], [0.7, 0.1]]).tolist()]
    [0.5556, 1.0]
    """

    _direction = "up"
    true_positives: Variable
    false_positives: Variable
    false_negatives: Variable
    intermediate_weights: Variable

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        _check(average, beta, threshold)
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self.axis = None if average == "micro" else 0
        self._built = False

    def _build(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the state, for targets and outputs of these shapes."""
        if len(y_true_shape) != 2 or len(y_pred_shape) != 2:
            raise ValueError(rank_message("FBetaScore", y_true_shape, y_pred_shape))
        shape = () if self.average == "micro" else (int(str(y_pred_shape[1])),)
        for each in ("true_positives", "false_positives", "false_negatives"):
            setattr(self, each, self._counter(each, shape))
        self.intermediate_weights = self._counter("intermediate_weights", shape)
        self._built = True

    def _counter(self, name: str, shape: tuple[int, ...]) -> Variable:
        return self.add_variable(shape, "zeros", self.dtype, name=name)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: 0 or 1, (batch, classes).
            y_pred: scores, (batch, classes).
            sample_weight: how much each sample counts.
        """
        target, output = (convert_to_tensor(each, self.dtype) for each in (y_true, y_pred))
        if not self._built:
            self._build(target.shape, output.shape)
        target, output = paired(self.name, target, output)
        chosen = cast(self._chosen(output), self.dtype)
        weight = convert_to_tensor(1.0 if sample_weight is None else sample_weight, self.dtype)
        _, weight = spread_weights(output, weight)
        off = subtract(1.0, target)
        found = {
            self.true_positives: multiply(chosen, target),
            self.false_positives: multiply(chosen, off),
            self.false_negatives: multiply(subtract(1.0, chosen), target),
            self.intermediate_weights: target,
        }
        for variable, where in found.items():
            variable.assign(add(variable, sum(multiply(where, weight), self.axis)))

    def _chosen(self, output: Tensor) -> Tensor:
        """Which outputs stand for 1."""
        if self.threshold is not None:
            return greater(output, self.threshold)
        best = max(output, -1, keepdims=True)
        return logical_and(greater_equal(output, best), greater(absolute(output), TINY))

    def result(self) -> Tensor:
        """The score; one for each class if there is no average."""
        right, small = self.true_positives.value, epsilon()
        precision = divide(right, add(add(right, self.false_positives), small))
        recall = divide(right, add(add(right, self.false_negatives), small))
        square = self.beta * self.beta
        product = multiply(multiply(precision, recall), 1.0 + square)
        score = divide(product, add(add(multiply(precision, square), recall), small))
        if self.average == "weighted":
            often = self.intermediate_weights.value
            return sum(multiply(score, divide(often, add(sum(often), small))))
        return mean(score) if self.average is not None else score

    def reset_state(self) -> None:
        """Begin again."""
        if self._built:
            super().reset_state()

    def get_config(self) -> dict[str, Any]:
        own = {"average": self.average, "beta": self.beta, "threshold": self.threshold}
        return super().get_config() | own


class F1Score(FBetaScore):
    """2 * precision * recall / (precision + recall), for each class.

    Args:
        average: None gives one for each class; "micro" counts all classes as one, "macro" gives
            the mean, "weighted" the mean weighted by how often a class occurs.
        threshold: above which an output stands for 1; None takes the largest of each row.
        name: of the metric.
        dtype: computed in.

    >>> score = F1Score(threshold=0.5)
    >>> [round(each, 4) for each in score([[1, 1], [1, 0]], [[0.2, 0.6], [0.7, 0.1]]).tolist()]
    [0.6667, 1.0]
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["beta"]
        return config


def rank_message(name: str, target: Shape, output: Shape) -> str:
    """What is wrong with targets and outputs that are no matrices."""
    return explain(
        f"{name} looks at the columns of a matrix",
        given=f"y_true of shape {format_shape(target)}, y_pred of shape {format_shape(output)}",
        expected="(batch, classes) for both",
        axis=f"y_true has rank {len(target)}, y_pred rank {len(output)}",
        remedy="y_true.reshape(-1, 1) and y_pred.reshape(-1, 1) for one class",
    )


def _check(average: Any, beta: Any, threshold: Any) -> None:
    if average not in AVERAGES:
        names: Sequence[str] = [repr(each) for each in AVERAGES]
        raise ValueError(_message("average", average, "one of " + ", ".join(names), "'macro'"))
    if not isinstance(beta, float) or beta <= 0:
        raise ValueError(_message("beta", beta, "a float above 0", "1.0"))
    if threshold is not None and (not isinstance(threshold, float) or not 0 < threshold <= 1):
        raise ValueError(_message("threshold", threshold, "a float above 0, at most 1", "0.5"))


def _message(argument: str, value: Any, expected: str, remedy: str) -> str:
    return explain(
        f"FBetaScore cannot take this {argument}",
        given=f"{argument}={value!r} ({type(value).__name__})",
        expected=expected,
        remedy=f"{argument}={remedy}",
    )

"""`R2Score`: which share of the targets' variance the outputs explain."""

from __future__ import annotations

import warnings
from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.losses.alignment import paired, spread_weights
from geartrain.metrics.f_score import rank_message
from geartrain.metrics.metric import Metric
from geartrain.ops import (
    add,
    convert_to_tensor,
    divide,
    greater,
    isinf,
    mean,
    multiply,
    square,
    subtract,
    sum,
)
from geartrain.ops.comparison import choose
from geartrain.tensor import Shape, Tensor, Variable
from geartrain.tensor.user_line import levels_to_user

AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """1 - sum((y_true - y_pred)²) / sum((y_true - mean(y_true))²), for each output.

    1 is perfect, 0 what the mean of the targets would reach.

    Args:
        class_aggregation: None gives one for each output, "uniform_average" their mean,
            "variance_weighted_average" their mean weighted by the targets' variances.
        num_regressors: how many features the model has: with them the score is adjusted, so that
            more features alone do not raise it.
        name: of the metric.
        dtype: computed in.

    Raises:
        ValueError: an argument is none of these.

    >>> round(float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
    0.5714
    """

    _direction = "up"
    squared_sum: Variable
    sum: Variable
    residual: Variable
    count: Variable

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        _check(class_aggregation, num_regressors)
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), "zeros", self.dtype, name="num_samples")
        self._built = False

    def _build(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the state, for targets and outputs of these shapes."""
        if len(y_true_shape) != 2 or len(y_pred_shape) != 2:
            raise ValueError(rank_message("R2Score", y_true_shape, y_pred_shape))
        columns = (int(str(y_pred_shape[1])),)
        for each in ("squared_sum", "sum", "residual", "count"):
            setattr(self, each, self.add_variable(columns, "zeros", self.dtype, name=each))
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: the targets, (batch, outputs).
            y_pred: the outputs, (batch, outputs).
            sample_weight: how much each sample, or each output of it, counts.
        """
        target, output = (convert_to_tensor(each, self.dtype) for each in (y_true, y_pred))
        if not self._built:
            self._build(target.shape, output.shape)
        target, output = paired(self.name, target, output)
        weight = convert_to_tensor(1.0 if sample_weight is None else sample_weight, self.dtype)
        _, weight = spread_weights(target, weight)
        weighted = multiply(target, weight)
        found = {
            self.sum: weighted,
            self.squared_sum: multiply(target, weighted),
            self.residual: multiply(square(subtract(target, output)), weight),
            self.count: weight,
        }
        for variable, parts in found.items():
            variable.assign(add(variable, sum(parts, 0)))
        size = primitives.size(target, axes=(0, 1), dtype=target.dtype)
        self.num_samples.assign(add(self.num_samples, size))

    def result(self) -> Tensor:
        """The score; one for each output if they are not aggregated."""
        total = subtract(
            self.squared_sum.value, multiply(self.sum, divide(self.sum.value, self.count))
        )
        score = subtract(1.0, divide(self.residual.value, total))
        score = self._aggregated(choose(isinf(score), 0.0, score), total)
        return self._adjusted(score) if self.num_regressors else score

    def _aggregated(self, scores: Tensor, total: Tensor) -> Tensor:
        if self.class_aggregation == "uniform_average":
            return mean(scores)
        if self.class_aggregation == "variance_weighted_average":
            return divide(sum(multiply(total, scores)), sum(total))
        return scores

    def _adjusted(self, score: Tensor) -> Tensor:
        """1 - (1 - R²) (n - 1) / (n - p - 1), where there are more samples than regressors."""
        left = subtract(self.num_samples.value, float(self.num_regressors + 1))
        enough = greater(left, 0.0)
        if not left.is_symbolic and not bool(enough):
            warnings.warn(
                _few_message(self, float(self.num_samples.numpy())),
                UserWarning,
                stacklevel=levels_to_user(),
            )
        factor = divide(subtract(self.num_samples.value, 1.0), choose(enough, left, 1.0))
        return choose(enough, subtract(1.0, multiply(subtract(1.0, score), factor)), score)

    def reset_state(self) -> None:
        """Begin again."""
        super().reset_state()

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "class_aggregation": self.class_aggregation,
            "num_regressors": self.num_regressors,
        }


def _check(aggregation: Any, regressors: Any) -> None:
    if aggregation not in AGGREGATIONS:
        raise ValueError(
            explain(
                "R2Score cannot aggregate so",
                given=f"class_aggregation={aggregation!r}",
                expected="one of " + ", ".join(map(repr, AGGREGATIONS)),
                remedy="class_aggregation='uniform_average'",
            )
        )
    if regressors < 0:
        raise ValueError(
            explain(
                "R2Score counts the features of a model",
                given=f"num_regressors={regressors!r}",
                expected="a whole number from 0 on; 0 does not adjust the score",
                remedy="num_regressors=0",
            )
        )


def _few_message(metric: R2Score, samples: float) -> str:
    return explain(
        "The adjusted R² does not exist for so few samples: the plain one is given",
        given=f"{samples:g} targets, num_regressors={metric.num_regressors}",
        expected=f"more than {metric.num_regressors + 1} targets",
        remedy="num_regressors=0",
    )

"""How many samples are rightly and wrongly taken for positive, at each of some thresholds.

    labels       1    0    1              threshold  0.0  0.5  1.0
    predictions  0.9  0.6  0.3    ->      positive   2    1    0     true
                                                     1    1    0     false

A prediction is positive above a threshold. For thresholds at even distances the predictions are
first counted by the step between thresholds they lie in: one pass, however many thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.losses.alignment import agree, pair_message, same_rank, spread_weights
from geartrain.ops import (
    add,
    argsort,
    cast,
    ceil,
    clip,
    convert_to_tensor,
    cumsum,
    equal,
    expand_dims,
    flip,
    greater,
    less,
    logical_and,
    logical_or,
    multiply,
    negative,
    reshape,
    segment_sum,
    subtract,
    sum,
)
from geartrain.ops.comparison import choose
from geartrain.ops.shaping import cut_out
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import INT32

NOWHERE = -1e10  # the prediction of what is not among the best
COUNTED = 256  # scores a row: more are sorted, which compiled code leaves to NumPy
MARGIN = 1e-7  # by which the outermost of even thresholds lie beyond 0 and 1


@dataclass(frozen=True)
class Counts:
    """Weights of samples by what they are and what they are taken for, at each threshold."""

    true_positives: Tensor
    false_positives: Tensor
    true_negatives: Tensor
    false_negatives: Tensor


@dataclass(frozen=True)
class Scores:
    """A batch, made ready for counting: labels (0 or 1), predictions and weights of one shape."""

    labels: Tensor
    predictions: Tensor
    weights: Tensor


def prepared(
    name: str,
    y_true: Any,
    y_pred: Any,
    sample_weight: Any,
    dtype: str,
    *,
    best: int | None = None,
    class_id: int | None = None,
    label_weights: Any = None,
) -> Scores:
    """A batch made ready for counting.

    Args:
        name: of the metric.
        y_true: labels; what is not 0 is positive.
        y_pred: predictions.
        sample_weight: how much each sample, or each label of it, counts.
        dtype: computed in.
        best: how many of a row's predictions may be positive.
        class_id: the one column that counts.
        label_weights: how much each column counts.

    Raises:
        ValueError: the shapes do not fit each other.
    """
    target, output = same_rank(convert_to_tensor(y_true), convert_to_tensor(y_pred, dtype))
    if not agree(target.shape, output.shape):
        raise ValueError(pair_message(name, target, output))
    weights = convert_to_tensor(1.0 if sample_weight is None else sample_weight, dtype)
    if best is not None:
        output = _only_best(output, best)
    if class_id is not None:
        target, output = (_column(name, each, class_id) for each in (target, output))
        if weights.ndim > target.ndim and weights.shape[-1] != 1:
            weights = _column(name, weights, class_id)
    output, weights = spread_weights(output, weights)
    if label_weights is not None:
        weights = multiply(weights, convert_to_tensor(label_weights, dtype))
    labels = cast(cast(target, "bool"), dtype)
    return Scores(
        labels if labels.shape == output.shape else reshape(labels, output.shape), output, weights
    )


def _only_best(output: Tensor, number: int) -> Tensor:
    """Predictions of which all but the best of each row are out of the question."""
    return choose(less(_ranks(output), number), output, NOWHERE)


def _ranks(scores: Tensor) -> Tensor:
    """How many scores of its row come before each: those that are larger, or equal and earlier."""
    size = int(str(scores.shape[-1]))
    if size > COUNTED:
        return argsort(argsort(negative(scores), -1), -1)
    own, other = expand_dims(scores, -1), expand_dims(scores, -2)
    shape = (*scores.shape, size)
    place, before = (
        primitives.iota(shape=shape, axis=scores.ndim - 1 + at, dtype=INT32) for at in (0, 1)
    )
    earlier = logical_and(equal(other, own), less(before, place))
    return sum(cast(logical_or(greater(other, own), earlier), INT32), -1)


def _column(name: str, x: Tensor, number: int) -> Tensor:
    size = x.shape[-1] if x.ndim else 1
    if isinstance(size, int) and not 0 <= number < size:
        raise ValueError(_class_message(name, number, size))
    return reshape(cut_out(x, x.ndim - 1, number, number + 1), x.shape[:-1])


def count(scores: Scores, thresholds: Sequence[float], *, by_label: bool = False) -> Counts:
    """What is taken for what at each threshold.

    Args:
        scores: the batch.
        thresholds: above each, a prediction is positive.
        by_label: whether columns are counted apart.

    Returns:
        (thresholds,), or (thresholds, labels).
    """
    if not by_label:
        scores = Scores(*(reshape(each, (-1, 1)) for each in _parts(scores)))
    positive = multiply(scores.labels, scores.weights)
    rest = multiply(subtract(1.0, scores.labels), scores.weights)
    counting = _by_steps if is_even(thresholds) else _by_comparing
    true = counting(scores.predictions, positive, thresholds)  # (thresholds, labels)
    false = counting(scores.predictions, rest, thresholds)
    found = (
        true,
        false,
        subtract(sum(rest, 0), false),
        subtract(sum(positive, 0), true),
    )
    if not by_label:
        return Counts(*(reshape(each, (len(thresholds),)) for each in found))
    return Counts(*found)


def _parts(scores: Scores) -> tuple[Tensor, Tensor, Tensor]:
    return scores.labels, scores.predictions, scores.weights


def _by_comparing(predictions: Tensor, weights: Tensor, thresholds: Sequence[float]) -> Tensor:
    """The weight above each threshold, by comparing everything with each."""
    bounds = convert_to_tensor(np.asarray(thresholds, predictions.dtype).reshape(-1, 1, 1))
    above = cast(greater(expand_dims(predictions, 0), bounds), weights.dtype)
    return sum(multiply(above, expand_dims(weights, 0)), 1)


def _by_steps(predictions: Tensor, weights: Tensor, thresholds: Sequence[float]) -> Tensor:
    """The same for even thresholds: prediction p lies above ceil(p * (T - 1)) of them."""
    steps = len(thresholds) - 1
    lowest = 1 if thresholds[0] < 0 else 0  # 0 itself lies above a threshold below it
    above = ceil(multiply(clip(predictions, 0.0, 1.0), float(steps)))
    numbers = clip(cast(above, "int32"), lowest, steps)
    labels = int(str(predictions.shape[-1]))
    column = primitives.iota(shape=numbers.shape, axis=1, dtype=numbers.dtype)
    place = add(multiply(numbers, labels), column)
    bins = segment_sum(
        reshape(weights, (-1,)), reshape(place, (-1,)), num_segments=(steps + 2) * labels
    )
    by_number = cut_out(reshape(bins, (steps + 2, labels)), 0, 1, steps + 2)
    return flip(cumsum(flip(by_number, 0), 0), 0)


def is_even(thresholds: Sequence[float]) -> bool:
    """Whether thresholds are 0, 1 / (T - 1), ..., 1, the outermost perhaps a little beyond."""
    if len(thresholds) < 3:
        return False
    return bool(np.allclose(thresholds, np.linspace(0.0, 1.0, len(thresholds)), 0, 2 * MARGIN))


def even_thresholds(number: int, margin: float = 0.0) -> list[float]:
    """So many thresholds at even distances from 0 to 1."""
    inner = [step / (number - 1) for step in range(1, number - 1)]
    return [0.0 - margin, *inner, 1.0 + margin]


def checked_thresholds(thresholds: Any, default: float = 0.5) -> list[float]:
    """Thresholds as a list of numbers from 0 to 1.

    Raises:
        ValueError: one of them is something else.
    """
    if thresholds is None:
        return [default]
    given = list(thresholds) if isinstance(thresholds, list | tuple | np.ndarray) else [thresholds]
    if any_outside(given):
        raise ValueError(
            explain(
                "Thresholds lie between 0 and 1",
                given=f"thresholds={thresholds!r}",
                expected="a number from 0 to 1, or a list of such",
                remedy="thresholds=0.5",
            )
        )
    return [float(each) for each in given]


def any_outside(values: Sequence[Any]) -> bool:
    """Whether something is not a number from 0 to 1."""
    return not all(each is not None and 0 <= each <= 1 for each in values)


def _class_message(name: str, number: int, size: int) -> str:
    return explain(
        f"{name} cannot look at this class",
        given=f"class_id={number}",
        expected=f"a number from 0 to {size - 1}: there are {size} classes on the last axis",
        axis=f"axis -1 has size {size}",
        remedy=f"class_id={size - 1}",
    )

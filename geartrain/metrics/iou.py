"""Intersection over union: how far predicted regions cover the true ones, class by class.

IoU of a class = TP / (TP + FP + FN), from a matrix: how often is class i taken for class j
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.losses.alignment import agree, pair_message, same_rank, spread_weights
from geartrain.metrics.metric import Metric
from geartrain.ops import (
    add,
    argmax,
    cast,
    convert_to_tensor,
    diagonal,
    divide_no_nan,
    greater,
    greater_equal,
    less,
    logical_and,
    multiply,
    not_equal,
    reshape,
    segment_sum,
    subtract,
    sum,
    take,
)
from geartrain.ops.comparison import choose
from geartrain.tensor import Tensor


class ConfusionMatrix(Metric):
    """How often each class is taken for each."""

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype="int32" if dtype is None else dtype)
        self.num_classes = num_classes
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable(
            (num_classes, num_classes), "zeros", self.dtype, name="total_confusion_matrix"
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor:
        """Take a batch into account; gives the matrix of all so far.

        Args:
            y_true: class numbers; scores of the classes along `axis`, if not sparse.
            y_pred: the same.
            sample_weight: how much each place counts; whole numbers for a dtype of whole numbers.
        """
        target, output = convert_to_tensor(y_true), convert_to_tensor(y_pred)
        target = target if self.sparse_y_true else argmax(target, self.axis)
        output = output if self.sparse_y_pred else argmax(output, self.axis)
        target, output = same_rank(cast(target, "int32"), cast(output, "int32"))
        if not agree(target.shape, output.shape):
            raise ValueError(pair_message(self.name, target, output))
        weight = convert_to_tensor(1 if sample_weight is None else sample_weight, self.dtype)
        output, weight = spread_weights(output, weight)
        return self._take_in(*(reshape(each, (-1,)) for each in (target, output, weight)))

    def _take_in(self, target: Tensor, output: Tensor, weight: Tensor) -> Tensor:
        """Add weights at (target, output); what is no class is left out."""
        size = self.num_classes
        known = logical_and(self._is_class(target), self._is_class(output))
        if self.ignore_class is not None:
            known = logical_and(known, not_equal(target, self.ignore_class))
        place = choose(known, add(multiply(target, size), output), size * size)
        found = segment_sum(weight, place, num_segments=size * size)
        matrix: Tensor = self.total_cm.assign(add(self.total_cm, reshape(found, (size, size))))
        return matrix

    def _is_class(self, numbers: Tensor) -> Tensor:
        return logical_and(greater_equal(numbers, 0), less(numbers, self.num_classes))

    def _ious(self) -> tuple[Tensor, Tensor]:
        """Of each class the intersection over the union, and whether it occurs at all."""
        matrix = cast(self.total_cm.value, "float32")
        right = diagonal(matrix)
        union = subtract(add(sum(matrix, 0), sum(matrix, 1)), right)
        return divide_no_nan(right, union), greater(union, 0.0)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "num_classes": self.num_classes,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


class IoU(ConfusionMatrix):
    """The mean over some classes of TP / (TP + FP + FN); classes that do not occur are left out.

    Args:
        num_classes: how many classes there are.
        target_class_ids: those over which the mean is.
        name: of the metric.
        dtype: of the counts; None is int32, in which weights are whole numbers.
        ignore_class: a number that marks places which do not count.
        sparse_y_true: whether targets are class numbers.
        sparse_y_pred: whether outputs are class numbers.
        axis: along which scores lie, where they are not sparse.

    Raises:
        ValueError: a class is not one of `num_classes`.

    >>> round(float(IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)
        outside = [each for each in target_class_ids if not 0 <= each < num_classes]
        if outside:
            raise ValueError(_class_message(type(self).__name__, outside[0], num_classes))
        self.target_class_ids = list(target_class_ids)

    def result(self) -> Tensor:
        """The mean; 0 where none of the classes occurs."""
        numbers = np.asarray(self.target_class_ids, "int32")
        ratios, occurs = (take(each, numbers, axis=0) for each in self._ious())
        return divide_no_nan(sum(ratios), sum(cast(occurs, ratios.dtype)))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"target_class_ids": self.target_class_ids}


class BinaryIoU(IoU):
    """The mean IoU of outputs that are probabilities of class 1.

    Args:
        target_class_ids: over which of the two classes the mean is.
        threshold: from which on an output stands for 1.
        name: of the metric.
        dtype: of the counts; None is int32, in which weights are whole numbers.

    >>> round(float(BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
    0.3333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor:
        """Take a batch into account; gives the matrix of all so far.

        Args:
            y_true: 0 or 1.
            y_pred: probabilities.
            sample_weight: how much each place counts; whole numbers for a dtype of whole numbers.
        """
        decided = greater_equal(convert_to_tensor(y_pred), self.threshold)
        return super().update_state(y_true, cast(decided, "int32"), sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {
            "target_class_ids": self.target_class_ids,
            "threshold": self.threshold,
            "name": self.name,
            "dtype": self.dtype,
        }


class MeanIoU(IoU):
    """The mean over all classes of TP / (TP + FP + FN); those that do not occur are left out.

    Args:
        num_classes: how many classes there are.
        name: of the metric.
        dtype: of the counts; None is int32, in which weights are whole numbers.
        ignore_class: a number that marks places which do not count.
        sparse_y_true: whether targets are class numbers.
        sparse_y_pred: whether outputs are class numbers.
        axis: along which scores lie, where they are not sparse.

    >>> round(float(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            list(range(num_classes)),
            name,
            dtype,
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )

    def get_config(self) -> dict[str, Any]:
        return _without(super().get_config(), "target_class_ids")


class OneHotIoU(IoU):
    """The mean IoU over some classes, for one-hot targets.

    Args:
        num_classes: how many classes there are.
        target_class_ids: those over which the mean is.
        name: of the metric.
        dtype: of the counts; None is int32, in which weights are whole numbers.
        ignore_class: a number that marks places which do not count.
        sparse_y_pred: whether outputs are class numbers rather than scores.
        axis: along which scores lie.

    >>> y_true, y_pred = [[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]
    >>> float(OneHotIoU(num_classes=2, target_class_ids=[1])(y_true, y_pred))
    0.5
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis
        )

    def get_config(self) -> dict[str, Any]:
        return _without(super().get_config(), "sparse_y_true")


class OneHotMeanIoU(MeanIoU):
    """The mean IoU over all classes, for one-hot targets.

    Args:
        num_classes: how many classes there are.
        name: of the metric.
        dtype: of the counts; None is int32, in which weights are whole numbers.
        ignore_class: a number that marks places which do not count.
        sparse_y_pred: whether outputs are class numbers rather than scores.
        axis: along which scores lie.

    >>> y_true, y_pred = [[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]]
    >>> float(OneHotMeanIoU(num_classes=2)(y_true, y_pred))
    0.25
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        return _without(super().get_config(), "sparse_y_true")


def _without(config: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != name}


def _class_message(name: str, number: int, size: int) -> str:
    return explain(
        f"{name} cannot look at this class",
        given=f"target_class_ids with {number}, num_classes={size}",
        expected=f"numbers from 0 to {size - 1}",
        remedy=f"num_classes={number + 1}" if number >= size else "target_class_ids=[0]",
    )

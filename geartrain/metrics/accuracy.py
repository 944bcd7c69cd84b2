"""How often a model is right."""

from __future__ import annotations

from typing import Any

from geartrain.defaults import floatx
from geartrain.errors import explain
from geartrain.losses.alignment import agree, pair_message, paired, same_rank
from geartrain.metrics.reduction import MeanMetricWrapper
from geartrain.ops import (
    any,
    argmax,
    cast,
    convert_to_tensor,
    equal,
    expand_dims,
    greater,
    in_top_k,
    reshape,
    squeeze,
)
from geartrain.ops.core import promoted
from geartrain.ops.shaping import cut_out
from geartrain.tensor import Tensor, format_shape


def accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """1 where y_true equals y_pred, else 0.

    >>> accuracy([[1], [2]], [[1], [3]]).tolist()
    [[1.0], [0.0]]
    """
    target, output = _matched("accuracy", y_true, y_pred)
    return cast(equal(target, output), floatx())


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Tensor:
    """1 where an output is on the target's side of a threshold, else 0.

    >>> binary_accuracy([[1], [0]], [[0.7], [0.6]]).tolist()
    [[1.0], [0.0]]
    """
    target, output = paired("binary_accuracy", y_true, y_pred)
    decided = cast(greater(output, cast(threshold, output.dtype)), target.dtype)
    return cast(equal(target, decided), floatx())


def categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """1 where the largest output is at the place of the one in a one-hot target, else 0.

    >>> categorical_accuracy([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]]).tolist()
    [1.0, 0.0]
    """
    target, output = paired("categorical_accuracy", y_true, y_pred)
    return cast(equal(argmax(target, -1), argmax(output, -1)), floatx())


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """1 where the largest output is at the place that the target, a class number, names, else 0.

    >>> sparse_categorical_accuracy([1, 0], [[0.1, 0.9], [0.2, 0.8]]).tolist()
    [1.0, 0.0]
    """
    target, output = _class_numbers("sparse_categorical_accuracy", y_true, y_pred)
    chosen = argmax(output, -1)
    return cast(equal(cast(target, chosen.dtype), chosen), floatx())


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Tensor:
    """1 where the one of a one-hot target is at one of the k largest outputs, else 0.

    >>> top_k_categorical_accuracy([[0, 0, 1]], [[0.1, 0.7, 0.2]], k=2).tolist()
    [1.0]
    """
    target, output = paired("top_k_categorical_accuracy", y_true, y_pred)
    return _among_best(argmax(target, -1), output, k)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """1 where the target, a class number, names one of the k largest outputs, else 0.

    Args:
        y_true: class numbers.
        y_pred: scores of the classes, or class numbers in the order of their scores.
        k: how many outputs count.
        from_sorted_ids: whether outputs are class numbers.

    >>> sparse_top_k_categorical_accuracy([2], [[0.1, 0.7, 0.2]], k=2).tolist()
    [1.0]
    """
    target, output = _class_numbers("sparse_top_k_categorical_accuracy", y_true, y_pred)
    if not from_sorted_ids:
        return _among_best(cast(target, "int32"), output, k)
    size = output.shape[-1]
    first = cut_out(output, output.ndim - 1, 0, min(k, size) if isinstance(size, int) else k)
    found = equal(expand_dims(cast(target, first.dtype), -1), first)
    return cast(any(found, -1), floatx())


def _matched(name: str, y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
    """The same as `paired`, with whole numbers left whole."""
    target, output = same_rank(*promoted(y_true, y_pred))
    if not agree(target.shape, output.shape):
        raise ValueError(pair_message(name, target, output))
    return target, output


def _class_numbers(name: str, y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
    """Class numbers, of the shape of the outputs without its last axis, and the outputs."""
    target, output = convert_to_tensor(y_true), convert_to_tensor(y_pred)
    if target.ndim == output.ndim and target.ndim and target.shape[-1] == 1:
        target = squeeze(target, -1)
    if not agree(target.shape, output.shape[:-1]):
        raise ValueError(_numbers_message(name, target, output))
    return target, output


def _among_best(target: Tensor, output: Tensor, k: int) -> Tensor:
    rows = reshape(output, (-1, output.shape[-1]))
    found = in_top_k(reshape(target, (-1,)), rows, k)
    return reshape(cast(found, floatx()), output.shape[:-1])


def _numbers_message(name: str, target: Tensor, output: Tensor) -> str:
    if target.ndim != output.ndim:
        return pair_message(name, target, output)
    return explain(
        f"{name} takes class numbers",
        given=f"y_true of shape {format_shape(target.shape)}, "
        f"y_pred of shape {format_shape(output.shape)}",
        expected=f"y_true of shape {format_shape(output.shape[:-1])}: a number for each sample",
        axis=f"rank {target.ndim} against {output.ndim - 1}",
        remedy=f"{name.removeprefix('sparse_')} for one-hot rows, or np.argmax(y, -1)",
    )


class Accuracy(MeanMetricWrapper):
    """How often outputs equal targets.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
    0.75
    """

    _direction = "up"

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often outputs lie on the target's side of a threshold.

    Args:
        name: of the metric.
        dtype: computed in.
        threshold: above which an output stands for 1.

    >>> float(BinaryAccuracy()([[1], [1], [0], [0]], [[0.98], [1.0], [0.0], [0.6]]))
    0.75
    """

    _direction = "up"

    def __init__(
        self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ) -> None:
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)
        self.threshold = threshold


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest output is at the place of the one in a one-hot target.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]]))
    0.5
    """

    _direction = "up"

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest output is at the place that the target, a class number, names.

    Args:
        name: of the metric.
        dtype: computed in.

    >>> float(SparseCategoricalAccuracy()([1, 0], [[0.1, 0.9], [0.2, 0.8]]))
    0.5
    """

    _direction = "up"

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the one of a one-hot target is at one of the k largest outputs.

    Args:
        k: how many outputs count.
        name: of the metric.
        dtype: computed in.

    >>> float(TopKCategoricalAccuracy(k=2)([[0, 0, 1], [0, 1, 0]], [[0.1, 0.7, 0.2]] * 2))
    1.0
    """

    _direction = "up"

    def __init__(
        self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)
        self.k = k


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the target, a class number, names one of the k largest outputs.

    Args:
        k: how many outputs count.
        name: of the metric.
        dtype: computed in.
        from_sorted_ids: whether outputs are class numbers in the order of their scores.

    >>> float(SparseTopKCategoricalAccuracy(k=2)([2, 0], [[0.1, 0.7, 0.2]] * 2))
    0.5
    """

    _direction = "up"

    def __init__(
        self,
        k: int = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(
            sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids
        )
        self.k = k
        self.from_sorted_ids = from_sorted_ids

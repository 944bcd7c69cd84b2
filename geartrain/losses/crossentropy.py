"""Losses for classes: minus the logarithm of the probability that the right class was given."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.layers.masks import keep_mask
from geartrain.losses.alignment import agree, paired
from geartrain.losses.class_numbers import (
    check_numbers,
    class_numbers,
    one_class_message,
    one_hot_message,
)
from geartrain.losses.loss import FunctionLoss
from geartrain.ops.comparison import choose
from geartrain.ops.core import promoted
from geartrain.tensor import Array, Tensor
from geartrain.tensor.shape import normalize_axis
from geartrain.tensor.user_line import levels_to_user


def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """The mean along an axis of -(y log p + (1 - y) log(1 - p)).

    Args:
        y_true: 0 or 1, or probabilities.
        y_pred: probabilities, or logits.
        from_logits: whether outputs are logits.
        label_smoothing: the share by which targets move towards 1/2.
        axis: which is averaged.

    >>> round(float(binary_crossentropy([[1.0]], [[0.5]])[0]), 4)
    0.6931
    """
    target, output = paired("binary_crossentropy", y_true, y_pred)
    target = smoothed(target, label_smoothing, 2)
    return ops.mean(ops.binary_crossentropy(target, output, from_logits), axis)


def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """-sum(y_true * log(y_pred)) along an axis, for one-hot targets.

    Args:
        y_true: one-hot rows, or probabilities, of the shape of y_pred.
        y_pred: probabilities, or logits.
        from_logits: whether outputs are logits.
        label_smoothing: the share of a target that is spread over all classes.
        axis: along which the classes lie.

    Raises:
        ValueError: the targets have another shape: class numbers, mostly.

    >>> round(float(categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])[0]), 4)
    0.6931
    """
    (output,) = promoted(y_pred, floating=True)
    target = ops.convert_to_tensor(y_true)
    if not agree(target.shape, output.shape):
        raise ValueError(one_hot_message("categorical_crossentropy", target, output))
    if output.shape[-1] == 1:
        warnings.warn(one_class_message(output), SyntaxWarning, stacklevel=levels_to_user())
    classes = output.shape[normalize_axis(axis, output.ndim)]
    target = smoothed(ops.cast(target, output.dtype), label_smoothing, classes)
    return ops.categorical_crossentropy(target, output, from_logits, axis)


def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """-log(y_pred[class]) along an axis, for targets that are class numbers.

    Args:
        y_true: class numbers, of the shape of y_pred without its last axis.
        y_pred: probabilities, or logits.
        from_logits: whether outputs are logits.
        ignore_class: a number that marks places which do not count.
        axis: along which the classes lie.

    Raises:
        ValueError: the shapes do not fit, or a number is not that of a class.

    >>> round(float(sparse_categorical_crossentropy([1], [[0.5, 0.5]])[0]), 4)
    0.6931
    """
    name = "sparse_categorical_crossentropy"
    numbers, output = class_numbers(name, y_true, y_pred, axis, ignore_class)
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(numbers, output, from_logits, axis)
    counts = ops.not_equal(numbers, ignore_class)
    numbers = ops.where(counts, numbers, 0)
    losses = ops.sparse_categorical_crossentropy(numbers, output, from_logits, axis)
    losses = choose(counts, losses, 0.0)
    keep_mask(losses, counts)
    return losses


def smoothed(target: Tensor, share: Any, classes: Any) -> Tensor:
    """Targets of which a share is spread evenly over the classes (Szegedy et al. 2016, 7)."""
    if isinstance(share, int | float) and not share:
        return target
    return ops.add(ops.multiply(target, 1.0 - share), share / classes)


class BinaryCrossentropy(FunctionLoss):
    """The mean over an axis of -(y log p + (1 - y) log(1 - p)), for targets of 0 and 1.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: the share by which targets move towards 1/2.
        axis: which is averaged.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> round(float(BinaryCrossentropy()([[1.0]], [[0.5]])), 4)
    0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class CategoricalCrossentropy(FunctionLoss):
    """-sum(y_true * log(y_pred)) along an axis, for one-hot targets.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
        label_smoothing: the share of a target that is spread over all classes.
        axis: along which the classes lie.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    Raises:
        ValueError: the targets have another shape than the outputs: class numbers, mostly.

    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return categorical_crossentropy(y_true, y_pred, **self._fn_kwargs)

    def _as_target(self, x: Any) -> Tensor:
        return ops.convert_to_tensor(x)  # an error tells of it as it came


class SparseCategoricalCrossentropy(FunctionLoss):
    """-log(y_pred[class]) along an axis, for targets that are class numbers.

    Args:
        from_logits: whether outputs are logits rather than probabilities.
        ignore_class: a number that marks places which do not count.
        reduction: how losses become one number: see `Loss`.
        axis: along which the classes lie.
        name: of the loss.
        dtype: computed in.

    Raises:
        ValueError: a target is not the number of a class, or the shapes do not fit.

    >>> round(float(SparseCategoricalCrossentropy()([1, 0], [[0.5, 0.5], [1.0, 0.0]])), 4)
    0.3466
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return sparse_categorical_crossentropy(y_true, y_pred, **self._fn_kwargs)

    def check_targets(self, y: Array, output_shape: Sequence[int | None]) -> None:
        """Look at targets before they are traced, for outputs of a shape.

        Raises:
            ValueError: one of them is not the number of a class.
        """
        classes = output_shape[self.axis]
        if classes is not None and y.dtype.kind in "iuf":
            check_numbers(self.name, y, classes, self.ignore_class)

    def _as_target(self, x: Any) -> Tensor:
        return ops.convert_to_tensor(x)  # class numbers stay whole

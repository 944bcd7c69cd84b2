"""Targets that name classes by their numbers: which there are, and what is said of others."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.losses.alignment import agree, pair_message
from geartrain.ops import cast, convert_to_tensor, squeeze
from geartrain.ops.core import promoted
from geartrain.tensor import Array, Tensor, format_shape


def class_numbers(
    name: str, y_true: Any, y_pred: Any, axis: int = -1, ignore_class: int | None = None
) -> tuple[Tensor, Tensor]:
    """Targets as int32, of the shape of the outputs without their last axis; and the outputs.

    Raises:
        ValueError: the shapes do not fit, or a number is not that of a class.
    """
    (output,) = promoted(y_pred, floating=True)
    given = convert_to_tensor(y_true)
    if given.ndim == output.ndim and given.ndim > 1 and given.shape[-1] == 1:
        given = squeeze(given, -1)
    if not agree(given.shape, output.shape[:-1]):
        raise ValueError(class_rows_message(name, given, output))
    check_class_numbers(name, given, output.shape[axis], ignore_class)
    return cast(given, "int32"), output


def check_class_numbers(
    name: str, y_true: Tensor, classes: Any, ignore_class: int | None = None
) -> None:
    """Raise where a target is not the number of a class; symbols are left to who has the data."""
    if not y_true.is_symbolic and isinstance(classes, int):
        check_numbers(name, y_true.numpy(), classes, ignore_class)


def check_numbers(name: str, numbers: Array, classes: int, ignore_class: int | None = None) -> None:
    """The same for an array.

    Raises:
        ValueError: a number is below 0 or not below `classes`.
    """
    if not numbers.size or (numbers.min() >= 0 and numbers.max() < classes):
        return
    outside = (numbers < 0) | (numbers >= classes)
    if ignore_class is not None:
        outside &= numbers != ignore_class
    if outside.any():
        raise ValueError(_range_message(name, numbers, outside, classes))


def _range_message(name: str, numbers: Array, outside: Array, classes: int) -> str:
    found = sorted({int(each) for each in numbers[outside][:1000]})
    lowest, highest = int(numbers.min()), int(numbers.max())
    from_one = lowest == 1 and highest == classes
    return explain(
        f"{name} needs the numbers of classes",
        given=f"y from {lowest} to {highest}; out of range: "
        + ", ".join(map(str, found[:5]))
        + (", ..." if len(found) > 5 else ""),
        expected=f"numbers from 0 to {classes - 1}: the model's last layer has {classes} outputs",
        axis=f"sample {int(outside.reshape(len(outside), -1).any(1).argmax())} is the first"
        if numbers.ndim
        else None,
        remedy=_range_remedy(lowest, highest, from_one=from_one),
    )


def _range_remedy(lowest: int, highest: int, *, from_one: bool) -> str:
    if from_one:
        return "y - 1, as the classes are counted from 0"
    if lowest < 0:
        return (
            f"loss=SparseCategoricalCrossentropy(ignore_class={lowest}), if {lowest} marks "
            "samples without a class"
        )
    return (
        f"Dense({highest + 1}, activation='softmax') as the last layer, or y that is counted from 0"
    )


def one_hot_message(name: str, y_true: Tensor, y_pred: Tensor) -> str:
    """What is wrong with targets that are not one-hot."""
    classes = y_pred.shape[-1]
    return explain(
        f"{name} compares one-hot targets",
        given=f"y of shape {format_shape(y_true.shape)}, {y_true.dtype.name}, "
        f"for outputs of shape {format_shape(y_pred.shape)}",
        expected=f"y of shape {format_shape(y_pred.shape)}: a place for each of the {classes} "
        "classes (set by the model's last layer)",
        axis=f"axis -1: {y_true.shape[-1] if y_true.ndim > 1 else 'missing'} against {classes}",
        remedy=f"to_categorical(y, {classes}), or loss='sparse_{name}'",
    )


def class_rows_message(name: str, y_true: Tensor, y_pred: Tensor) -> str:
    """What is wrong with targets that are not class numbers: one-hot rows, mostly."""
    if not agree(y_true.shape, y_pred.shape):
        return pair_message(name, y_true, y_pred)
    return explain(
        f"{name} takes class numbers",
        given=f"y of shape {format_shape(y_true.shape)}, {y_true.dtype.name}: one-hot rows",
        expected=f"y of shape {format_shape(y_pred.shape[:-1])}: a number for each sample",
        axis=f"rank {y_true.ndim} against {y_pred.ndim - 1}",
        remedy="loss='categorical_crossentropy', or np.argmax(y, -1)",
    )


def one_class_message(y_pred: Tensor) -> str:
    """What is odd about a softmax over one class."""
    return explain(
        "categorical_crossentropy of one class is 0 whatever the model gives",
        given=f"outputs of shape {format_shape(y_pred.shape)}",
        expected="an output for each class, two at least (set by the model's last layer)",
        axis="axis -1 has size 1",
        remedy="Dense(1, activation='sigmoid') with loss='binary_crossentropy' for two classes",
    )

"""By which rules targets, outputs and weights are brought to one shape; nothing is broadcast.

y_true (n,)      y_pred (n, 1)   ->   (n, 1) both
y_true (n, t, 1) y_pred (n, t)   ->   (n, t) both
y_true (n, 1)    y_pred (n, k)   ->   ValueError, where NumPy would repeat y_true
"""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops import cast, convert_to_tensor, expand_dims, squeeze
from geartrain.ops.core import promoted
from geartrain.tensor import Shape, Size, Tensor, format_shape


def same_rank(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """The two in one rank, where a last axis of size 1 is all that one has more.

    The other is given such an axis if it has one axis only, else this one loses it: Keras's rule.
    """
    if first.ndim == second.ndim + 1:
        return _brought_together(first, second)
    if second.ndim == first.ndim + 1:
        second, first = _brought_together(second, first)
    return first, second


def _brought_together(longer: Tensor, shorter: Tensor) -> tuple[Tensor, Tensor]:
    if longer.shape[-1] != 1:
        return longer, shorter
    if shorter.ndim == 1:
        return longer, expand_dims(shorter, -1)
    return squeeze(longer, -1), shorter


def paired(name: str, y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
    """Targets and outputs as tensors of one shape and of the outputs' dtype.

    Raises:
        ValueError: the shapes differ by more than a last axis of size 1.
    """
    (output,) = promoted(y_pred, floating=True)
    target, output = same_rank(cast(convert_to_tensor(y_true), output.dtype), output)
    if not agree(target.shape, output.shape):
        raise ValueError(pair_message(name, target, output))
    return target, output


def agree(first: Shape, second: Shape) -> bool:
    """Whether two shapes are the same, as far as their sizes are numbers."""
    return len(first) == len(second) and all(map(_may_be_equal, first, second))


def _may_be_equal(first: Size, second: Size) -> bool:
    return first == second or not isinstance(first, int) or not isinstance(second, int)


def spread_weights(
    values: Tensor, weight: Tensor, name: str = "sample_weight"
) -> tuple[Tensor, Tensor]:
    """Values and their weights, brought to one shape.

    Weights may be a number, one for each sample, or one for each place of the first axes; size 1
    stands for any.

    Raises:
        ValueError: the weights have more axes than the values, or other sizes.
    """
    values, weight = same_rank(values, weight)
    leading = values.shape[: weight.ndim]
    fits = weight.ndim <= values.ndim and all(
        size == 1 or _may_be_equal(size, wanted)
        for size, wanted in zip(weight.shape, leading, strict=True)
    )
    if not fits:
        raise ValueError(_weights_message(name, values, weight))
    shape = (*weight.shape, *(1 for _ in range(values.ndim - weight.ndim)))
    if shape != weight.shape:
        weight = primitives.reshape(weight, shape=shape)
    if weight.shape != values.shape:
        weight = primitives.broadcast_to(weight, shape=values.shape)
    return values, weight


def pair_message(name: str, y_true: Tensor, y_pred: Tensor) -> str:
    """What is wrong with targets and outputs whose shapes differ."""
    return explain(
        f"{name} cannot compare these",
        given=f"y_true of shape {format_shape(y_true.shape)}, "
        f"y_pred of shape {format_shape(y_pred.shape)}",
        expected="one shape for both (the model's last layer sets that of y_pred)",
        axis=_difference(y_true.shape, y_pred.shape),
        remedy=_pair_remedy(y_true.shape, y_pred.shape),
    )


def _difference(target: Shape, output: Shape) -> str:
    if len(target) != len(output):
        return f"y_true has rank {len(target)}, y_pred rank {len(output)}"
    at = next(
        at for at, sizes in enumerate(zip(target, output, strict=True)) if sizes[0] != sizes[1]
    )
    return f"axis {at}: {target[at]} against {output[at]}"


def _pair_remedy(target: Shape, output: Shape) -> str:
    columns = target[1] if len(target) == 2 else 1
    if len(output) == 2 and len(target) in (1, 2) and target[:1] == output[:1]:
        return f"Dense({columns}) as the last layer, or y of shape (samples, {output[1]})"
    return f"y of shape (samples, {', '.join(map(str, output[1:]))})"


def _weights_message(name: str, values: Tensor, weight: Tensor) -> str:
    return explain(
        f"{name} does not fit what it weighs",
        given=f"{name} of shape {format_shape(weight.shape)}, "
        f"for values of shape {format_shape(values.shape)}",
        expected="a number, one for each sample, or one for each value: the values' shape, or its "
        "first axes",
        axis=f"rank {weight.ndim} against {values.ndim}"
        if weight.ndim > values.ndim
        else _difference(weight.shape, values.shape[: weight.ndim]),
        remedy=f"{name} of shape "
        + " or ".join(dict.fromkeys(map(format_shape, (values.shape, values.shape[:1])))),
    )

"""A loss of embeddings: near those of their own class, far from the others.

Source: Sun et al., "Circle loss: a unified perspective of pair similarity optimization" (2020),
equations 5 to 8.
"""

from __future__ import annotations

from typing import Any

from geartrain import primitives
from geartrain.errors import explain
from geartrain.layers.masks import keep_mask
from geartrain.losses.loss import Loss
from geartrain.ops import (
    add,
    any,
    cast,
    convert_to_tensor,
    equal,
    expand_dims,
    logical_and,
    logical_not,
    logsumexp,
    matmul,
    multiply,
    not_equal,
    relu,
    softplus,
    squeeze,
    subtract,
    transpose,
)
from geartrain.ops.comparison import choose
from geartrain.ops.core import promoted
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import INT32, finfo


def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Tensor:
    """log(1 + sum exp(gamma a_n (s_n - m)) * sum exp(-gamma a_p (s_p - 1 + m))) for each sample.

    s_p are its similarities (products) to those of its own class, s_n to others;
    a_p = max(1 + m - s_p, 0) and a_n = max(s_n + m, 0) let those weigh most that are furthest
    XX

    Args:
        y_true: (batch,), class numbers.
        y_pred: (batch, features), embeddings of length 1.
        ref_labels: (references,), those of what is compared with; None is `y_true`.
        ref_embeddings: (references, features); None is `y_pred`.
        remove_diagonal: whether a sample is not compared with itself.
        gamma: the scale.
        margin: m.

    Returns:
        (batch,).

    >>> round(float(circle([1, 1, 2], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], gamma=1)[0]), 4)
    0.5459
    """
    (output,) = promoted(y_pred, floating=True)
    labels = _numbers(y_true)
    if output.ndim != 2 or labels.ndim != 1:
        raise ValueError(_shape_message(labels, output))
    others = output if ref_embeddings is None else cast(ref_embeddings, output.dtype)
    other_labels = labels if ref_labels is None else _numbers(ref_labels)
    alike = equal(expand_dims(labels, 1), expand_dims(other_labels, 0))
    unlike = logical_not(alike)
    if remove_diagonal:
        row, column = (primitives.iota(shape=alike.shape, axis=at, dtype=INT32) for at in (0, 1))
        alike = logical_and(alike, not_equal(row, column))
    near = matmul(output, transpose(others))  # (batch, references)
    pull = multiply(relu(subtract(1.0 + margin, near)), subtract(near, 1.0 - margin))
    push = multiply(relu(add(near, margin)), subtract(near, margin))
    total = add(_summed(multiply(-gamma, pull), alike), _summed(multiply(gamma, push), unlike))
    losses = softplus(total)
    keep_mask(losses, any(alike, 1))
    return losses


def _numbers(labels: Any) -> Tensor:
    """Class numbers as a vector."""
    tensor = cast(convert_to_tensor(labels), "int32")
    return squeeze(tensor, -1) if tensor.ndim == 2 and tensor.shape[-1] == 1 else tensor


def _summed(logits: Tensor, where_true: Tensor) -> Tensor:
    """The logarithm of the sum of e^x where the condition holds."""
    none = float(finfo(logits.dtype).min) / 4
    return logsumexp(choose(where_true, logits, none), 1)


class Circle(Loss):
    """Embeddings of one class together, those of others apart.

    Args:
        gamma: the scale.
        margin: how far from 1 and 0 similarities may stay.
        remove_diagonal: whether a sample is not compared with itself.
        reduction: how losses become one number: see `Loss`.
        name: of the loss.
        dtype: computed in.

    >>> y, x = [1, 1, 2], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    >>> round(float(Circle(gamma=1.0)(y, x)), 4)
    0.5459
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.gamma = gamma
        self.margin = margin
        self.remove_diagonal = remove_diagonal

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return circle(
            y_true,
            y_pred,
            remove_diagonal=self.remove_diagonal,
            gamma=self.gamma,
            margin=self.margin,
        )

    def get_config(self) -> dict[str, Any]:
        own = {"gamma": self.gamma, "margin": self.margin}
        return super().get_config() | own | {"remove_diagonal": self.remove_diagonal}


def _shape_message(labels: Tensor, embeddings: Tensor) -> str:
    return explain(
        "circle compares embeddings",
        given=f"y_true of shape {format_shape(labels.shape)}, "
        f"y_pred of shape {format_shape(embeddings.shape)}",
        expected="class numbers (batch,) and embeddings (batch, features)",
        axis=f"y_true has rank {labels.ndim}, y_pred rank {embeddings.ndim}",
        remedy="np.argmax(y, -1) for one-hot targets; layers.Flatten() as the last layer",
    )

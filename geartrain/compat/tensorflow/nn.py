"""TensorFlow's names for operations of neural networks."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.tensor import Tensor

__all__ = [
    "log_softmax",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits",
    "tanh",
]


def softmax(logits: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """e^x over the sum of e^x along an axis."""
    return ops.softmax(logits, axis)


def log_softmax(logits: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """The logarithm of the softmax."""
    return ops.log_softmax(logits, axis)


def relu(features: Any, name: str | None = None) -> Tensor:
    """max(x, 0)."""
    return ops.relu(features)


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + e^-x)."""
    return ops.sigmoid(x)


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent."""
    return ops.tanh(x)


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Tensor:
    """The crossentropy of probabilities and logits along an axis."""
    return ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Tensor:
    """The crossentropy of classes, given by their numbers, and logits."""
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)

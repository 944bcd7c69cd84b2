"""`tf.linalg`: what the book uses of it."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow.arithmetic import einsum, matmul, tensordot
from geartrain.tensor import Tensor

__all__ = ["diag", "einsum", "matmul", "matrix_transpose", "tensordot", "trace"]


def matrix_transpose(a: Any, name: str | None = None) -> Tensor:
    """The last two axes in each other's place."""
    return ops.swapaxes(a, -1, -2)


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the diagonal of the last two axes."""
    return ops.trace(x, axis1=-2, axis2=-1)


def diag(diagonal: Any, name: str | None = None) -> Tensor:
    """A matrix with a vector on its diagonal."""
    return ops.diag(diagonal)

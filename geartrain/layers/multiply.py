"""`Multiply`: the product of several tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.layers.merging import Merging
from geartrain.tensor import Tensor


class Multiply(Merging):
    """x * y * ..., element by element.

    >>> from geartrain import layers, ops
    >>> layers.Multiply()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[3.0, 10.0]]
    """

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return ops.multiply(first, second)


def multiply(inputs: Sequence[Any], **kwargs: Any) -> Tensor:
    """The product of several tensors: `Multiply(**kwargs)(inputs)`."""
    found: Tensor = Multiply(**kwargs)(inputs)
    return found

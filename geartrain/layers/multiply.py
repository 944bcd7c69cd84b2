"""`Multiply`: the product of several tensors."""

from __future__ import annotations

from geartrain.layers.merging import Merging
from geartrain.ops import multiply
from geartrain.tensor import Tensor


class Multiply(Merging):
    """x * y * ..., element by element.

    >>> from geartrain import layers, ops
    >>> layers.Multiply()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[3.0, 10.0]]
    """

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return multiply(first, second)

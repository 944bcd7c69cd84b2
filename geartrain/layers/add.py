"""`Add`: the sum of several tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.layers.merging import Merging
from geartrain.tensor import Tensor


class Add(Merging):
    """x + y + ..., element by element.

    >>> from geartrain import layers, ops
    >>> layers.Add()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[4.0, 7.0]]
    """

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return ops.add(first, second)


def add(inputs: Sequence[Any], **kwargs: Any) -> Tensor:
    """The sum of several tensors: `Add(**kwargs)(inputs)`."""
    found: Tensor = Add(**kwargs)(inputs)
    return found

"""`Minimum`: the smallest of several tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.layers.merging import Merging
from geartrain.tensor import Tensor


class Minimum(Merging):
    """min(x, y, ...), element by element.

    >>> from geartrain import layers, ops
    >>> layers.Minimum()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[1.0, 2.0]]
    """

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return ops.minimum(first, second)


def minimum(inputs: Sequence[Any], **kwargs: Any) -> Tensor:
    """The smallest of several tensors: `Minimum(**kwargs)(inputs)`."""
    found: Tensor = Minimum(**kwargs)(inputs)
    return found

"""`Maximum`: the largest of several tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.layers.merging import Merging
from geartrain.tensor import Tensor


class Maximum(Merging):
    """max(x, y, ...), element by element.

    >>> from geartrain import layers, ops
    >>> layers.Maximum()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[3.0, 5.0]]
    """

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return ops.maximum(first, second)


def maximum(inputs: Sequence[Any], **kwargs: Any) -> Tensor:
    """The largest of several tensors: `Maximum(**kwargs)(inputs)`."""
    found: Tensor = Maximum(**kwargs)(inputs)
    return found

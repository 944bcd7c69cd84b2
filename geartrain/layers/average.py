"""`Average`: the mean of several tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.layers.merging import Merging
from geartrain.tensor import Tensor


class Average(Merging):
    """(x + y + ...) / n, element by element.

    >>> from geartrain import layers, ops
    >>> layers.Average()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[2.0, 3.5]]
    """

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return ops.add(first, second)

    def merge_all(self, tensors: Sequence[Tensor]) -> Tensor:
        return ops.divide(super().merge_all(tensors), len(tensors))


def average(inputs: Sequence[Any], **kwargs: Any) -> Tensor:
    """The mean of several tensors: `Average(**kwargs)(inputs)`."""
    found: Tensor = Average(**kwargs)(inputs)
    return found

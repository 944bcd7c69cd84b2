"""`Average`: the mean of several tensors."""

from __future__ import annotations

from collections.abc import Sequence

from geartrain.layers.merging import Merging
from geartrain.ops import add, divide
from geartrain.tensor import Tensor


class Average(Merging):
    """(x + y + ...) / n, element by element.

    >>> from geartrain import layers, ops
    >>> layers.Average()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[2.0, 3.5]]
    """

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return add(first, second)

    def merge_all(self, tensors: Sequence[Tensor]) -> Tensor:
        return divide(super().merge_all(tensors), len(tensors))

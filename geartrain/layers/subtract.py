"""`Subtract`: the difference of two tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.merging import Merging
from geartrain.tensor import Tensor


class Subtract(Merging):
    """x - y, element by element, of a list of two.

    Raises:
        ValueError: the list has another length.

    >>> from geartrain import layers, ops
    >>> layers.Subtract()([ops.array([[1.0, 5.0]]), ops.array([[3.0, 2.0]])]).numpy().tolist()
    [[-2.0, 3.0]]
    """

    least = 2

    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        return ops.subtract(first, second)

    def merge_all(self, tensors: Sequence[Tensor]) -> Tensor:
        if len(tensors) == 2:
            return self.merge(*tensors)
        raise ValueError(
            explain(
                f"Subtract '{self.name}' takes the difference of two",
                given=f"a list of {len(tensors)} tensors",
                expected="two",
                remedy="layers.Subtract()([x, y])",
            )
        )


def subtract(inputs: Sequence[Any], **kwargs: Any) -> Tensor:
    """The difference of several tensors: `Subtract(**kwargs)(inputs)`."""
    found: Tensor = Subtract(**kwargs)(inputs)
    return found

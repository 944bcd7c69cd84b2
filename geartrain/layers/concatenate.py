"""`Concatenate`: several tensors, one behind the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.layer import Layer
from geartrain.layers.merging import checked_inputs
from geartrain.ops import concatenate
from geartrain.tensor import Tensor


class Concatenate(Layer):
    """Tensors joined along an axis; they agree on all others.

    Args:
        axis: along which.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.Concatenate()([ops.ones((2, 3)), ops.ones((2, 4))]).shape
    (2, 7)
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        return concatenate(checked_inputs(self, inputs), self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """No mask: each input has its own."""

"""`Permute`: each sample's axes in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.ops import transpose
from geartrain.tensor import Tensor


class Permute(Layer):
    """The axes behind the batch in another order.

    Args:
        dims: the order: numbers from 1, the batch being 0.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: `dims` are not 1, 2, ... in some order.

    >>> from geartrain import layers, ops
    >>> layers.Permute((2, 1))(ops.ones((2, 3, 4))).shape
    (2, 4, 3)
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                explain(
                    f"Permute '{self.name}' needs an order of axes",
                    given=f"dims={self.dims}",
                    expected=f"the numbers from 1 to {len(self.dims)}, each once",
                    remedy=f"dims={tuple(range(len(self.dims), 0, -1))}",
                )
            )

    def call(self, inputs: Tensor) -> Tensor:
        return transpose(inputs, (0, *self.dims))

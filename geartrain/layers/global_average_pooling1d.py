"""`GlobalAveragePooling1D`: the mean of the elements of each channel of a series."""

from __future__ import annotations

from typing import Any

from geartrain.layers.pooling import GlobalAveragePooling
from geartrain.ops import cast, divide, expand_dims, multiply, sum
from geartrain.tensor import Tensor


class GlobalAveragePooling1D(GlobalAveragePooling):
    """The mean of the elements of each channel of a series.

    Its arguments are those of `GlobalPooling`; a mask, `(batch, steps)`, says which steps count.

    >>> from geartrain import layers, ops
    >>> layers.GlobalAveragePooling1D()(ops.ones((2, 6, 3))).shape
    (2, 3)
    """

    supports_masking = True
    rank = 1

    def call(self, inputs: Tensor, mask: Any = None) -> Tensor:
        if mask is None:
            return super().call(inputs)
        (steps,) = self.spatial_axes()
        weight = expand_dims(cast(mask, inputs.dtype), 3 - steps)  # (batch, steps, 1)
        total = sum(multiply(inputs, weight), steps, self.keepdims)
        return divide(total, sum(weight, steps, self.keepdims))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """No mask: there are no steps any more."""

"""`Flatten`: every sample's numbers in one row."""

from __future__ import annotations

from geartrain.layers.layer import Layer
from geartrain.ops import reshape
from geartrain.tensor import Tensor


class Flatten(Layer):
    """Each sample's axes become one.

    Input shape:
        `(batch, a, b, ...)`
    Output shape:
        `(batch, a * b * ...)`

    >>> from geartrain import layers, ops
    >>> layers.Flatten()(ops.ones((2, 28, 28))).shape
    (2, 784)
    """

    def call(self, inputs: Tensor) -> Tensor:
        return reshape(inputs, (inputs.shape[0], -1))

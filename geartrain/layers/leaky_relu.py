"""`LeakyReLU`: what is negative becomes small."""

from __future__ import annotations

from typing import Any

from geartrain.layers.layer import Layer
from geartrain.ops import leaky_relu
from geartrain.tensor import Tensor


class LeakyReLU(Layer):
    """input where it is positive, negative_slope * input elsewhere.

    >>> from geartrain import layers
    >>> layers.LeakyReLU(0.5)([-1.0, 1.0]).numpy().tolist()
    [-0.5, 1.0]
    """

    supports_masking = True

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.negative_slope = negative_slope

    def call(self, inputs: Tensor) -> Tensor:
        return leaky_relu(inputs, self.negative_slope)

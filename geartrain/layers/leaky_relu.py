"""`LeakyReLU`: what is negative becomes small."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.relu import check_not_negative
from geartrain.ops import leaky_relu
from geartrain.tensor import Tensor


@configured()
class LeakyReLU(Layer):
    """input where it is positive, negative_slope * input elsewhere.

    Args:
        negative_slope: the slope below 0; `alpha` is its older name.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: the slope is negative.

    >>> from geartrain import layers
    >>> layers.LeakyReLU(0.5)([-1.0, 1.0]).numpy().tolist()
    [-0.5, 1.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        check_not_negative(self, "negative_slope", negative_slope)
        self.negative_slope = negative_slope

    def call(self, inputs: Tensor) -> Tensor:
        return leaky_relu(inputs, self.negative_slope)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

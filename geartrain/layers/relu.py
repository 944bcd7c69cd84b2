"""`ReLU`: what is negative becomes 0."""

from __future__ import annotations

from typing import Any

from geartrain.layers.layer import Layer
from geartrain.ops import greater_equal, minimum, multiply, relu, subtract, where
from geartrain.tensor import Tensor


class ReLU(Layer):
    """max(input, 0), in general: input from `threshold` on, and a slope below.

    Args:
        max_value: the largest output; None is no bound.
        negative_slope: below the threshold, (input - threshold) * negative_slope.
        threshold: from where on the output is the input.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers
    >>> layers.ReLU(max_value=2.0)([-1.0, 1.0, 3.0]).numpy().tolist()
    [0.0, 1.0, 2.0]
    """

    supports_masking = True

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.max_value, self.negative_slope = max_value, negative_slope
        self.threshold = threshold

    def call(self, inputs: Tensor) -> Tensor:
        if not self.threshold and not self.negative_slope:
            found = relu(inputs)
        else:
            below = multiply(subtract(inputs, self.threshold), self.negative_slope)
            found = where(greater_equal(inputs, self.threshold), inputs, below)
        return found if self.max_value is None else minimum(found, self.max_value)

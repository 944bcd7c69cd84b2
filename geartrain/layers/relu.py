"""`ReLU`: what is negative becomes 0."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import greater_equal, minimum, multiply, relu, subtract, where
from geartrain.tensor import Tensor


@configured()
class ReLU(Layer):
    """max(input, 0), in general: input from `threshold` on, and a slope below.

    Args:
        max_value: the largest output; None is no bound.
        negative_slope: below the threshold, (input - threshold) * negative_slope.
        threshold: from where on the output is the input.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: one of them is negative.

    >>> from geartrain import layers
    >>> layers.ReLU(max_value=2.0)([-1.0, 1.0, 3.0]).numpy().tolist()
    [0.0, 1.0, 2.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if max_value is not None:
            check_not_negative(self, "max_value", max_value)
        check_not_negative(self, "negative_slope", negative_slope)
        check_not_negative(self, "threshold", threshold)
        self.max_value, self.negative_slope = max_value, negative_slope
        self.threshold = threshold

    def call(self, inputs: Tensor) -> Tensor:
        if not self.threshold and not self.negative_slope:
            found = relu(inputs)
        else:
            below = multiply(subtract(inputs, self.threshold), self.negative_slope)
            found = where(greater_equal(inputs, self.threshold), inputs, below)
        return found if self.max_value is None else minimum(found, self.max_value)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def check_not_negative(layer: Layer, name: str, value: Any) -> None:
    """Refuse what is no number from 0.

    Raises:
        ValueError: that is what it is.
    """
    if value is not None and value >= 0:
        return
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' cannot be made so",
            given=f"{name}={value!r}",
            expected="a number from 0",
            remedy=f"{name}=0.1",
        )
    )

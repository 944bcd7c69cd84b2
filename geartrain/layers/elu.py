"""`ELU`: what is negative bends towards a bound."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import elu
from geartrain.tensor import Tensor


@configured()
class ELU(Layer):
    """input where it is positive, alpha * (exp(input) - 1) elsewhere.

    Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by
    exponential linear units" (2015).

    Args:
        alpha: minus the bound.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers
    >>> layers.ELU(alpha=2.0)([-100.0, 1.0]).numpy().tolist()
    [-2.0, 1.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, inputs: Tensor) -> Tensor:
        return elu(inputs, self.alpha)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

"""`Softmax`: scores become probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import cast, softmax, where
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import finfo


@configured()
class Softmax(Layer):
    """exp(input) over its sum along an axis, or several.

    Args:
        axis: along which they add up to 1.
        **kwargs: those of `Layer`.

    Call arguments:
        inputs: the scores.
        mask: of the inputs' shape: False gives 0.

    >>> from geartrain import layers
    >>> layers.Softmax()([[0.0, 0.0]]).numpy().tolist()
    [[0.5, 0.5]]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Tensor, mask: Any = None) -> Tensor:
        axis = tuple(self.axis) if isinstance(self.axis, list | tuple) else self.axis
        if mask is None:
            return softmax(inputs, axis=axis)
        there = cast(mask, "bool")
        lowest = -0.5 * float(finfo(inputs.dtype).max)
        shares = softmax(where(there, inputs, lowest), axis=axis)
        found: Tensor = where(there, shares, 0.0)  # where nothing is there, nothing has a share
        return found

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

"""`Masking`: steps that hold one number everywhere are padding."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import any, cast, multiply, not_equal
from geartrain.tensor import Tensor


@configured()
class Masking(Layer):
    """A mask for the layers behind: True at steps where something is not `mask_value`.

    Args:
        mask_value: what padding is filled with; it becomes 0.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, steps, features)`

    >>> from geartrain import layers, ops
    >>> layers.Masking().compute_mask(ops.array([[[0.0, 0.0], [0.0, 2.0]]])).numpy().tolist()
    [[False, True]]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value

    def call(self, inputs: Tensor) -> Tensor:
        there = any(not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return multiply(inputs, cast(there, inputs.dtype))

    def compute_mask(self, inputs: Tensor, mask: Any = None) -> Tensor:
        return any(not_equal(inputs, self.mask_value), axis=-1)

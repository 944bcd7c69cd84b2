"""`Rescaling`: numbers brought to another range."""

from __future__ import annotations

from typing import Any

from geartrain.layers.layer import Layer
from geartrain.ops import add, cast, multiply
from geartrain.tensor import Tensor


class Rescaling(Layer):
    """input * scale + offset: 1 / 255 brings the bytes of an image to 0 ... 1.

    Args:
        scale: what is multiplied with.
        offset: what is added then.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.Rescaling(2.0, offset=1.0)(ops.array([0, 3])).numpy().tolist()
    [1.0, 7.0]
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset

    def call(self, inputs: Tensor) -> Tensor:
        x = cast(inputs, self.compute_dtype)
        scaled = multiply(x, cast(self.scale, self.compute_dtype))
        return add(scaled, cast(self.offset, self.compute_dtype))

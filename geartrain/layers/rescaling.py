"""`Rescaling`: numbers brought to another range."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.layers.backend_names import AsksBackend
from geartrain.layers.layer import Layer
from geartrain.ops import add, cast, convert_to_tensor, multiply
from geartrain.tensor import Tensor


class Rescaling(AsksBackend, Layer):
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
        self.supports_masking = True

    def call(self, inputs: Tensor) -> Tensor:
        x = cast(inputs, self.compute_dtype)
        scaled = multiply(x, cast(self.scale, self.compute_dtype))
        return add(scaled, cast(self.offset, self.compute_dtype))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        own = {"scale": _plain(self.scale), "offset": _plain(self.offset)}
        return {**super().get_config(), **own}


def _plain(number: Any) -> Any:
    """A number, or a list of numbers, as JSON has them."""
    if isinstance(number, int | float):
        return number
    return np.asarray(convert_to_tensor(number).numpy()).tolist()

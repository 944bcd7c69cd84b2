"""`ActivityRegularization`: a penalty on what passes through."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import base_config
from geartrain.layers.layer import Layer
from geartrain.regularizers import L1L2
from geartrain.tensor import Tensor


class ActivityRegularization(Layer):
    """output = input; l1 * sum(|input|) + l2 * sum(input²) is added to the loss.

    Args:
        l1: the weight of the sum of sizes.
        l2: the weight of the sum of squares.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layer = layers.ActivityRegularization(l2=0.5)
    >>> _ = layer(ops.array([[1.0, 2.0]]))
    >>> float(layer.losses[0])
    2.5
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=L1L2(l1, l2), **kwargs)
        self.l1, self.l2 = l1, l2

    def call(self, inputs: Tensor) -> Tensor:
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer from: the regularizer is made of l1 and l2."""
        base = {name: base_config(self)[name] for name in ("name", "trainable", "dtype")}
        return {**base, "l1": self.l1, "l2": self.l2}

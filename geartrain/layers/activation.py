"""`Activation`: an activation as a layer of its own."""

from __future__ import annotations

from typing import Any

from geartrain import activations
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.tensor import Tensor


@configured()
class Activation(Layer):
    """output = activation(input), of the input's shape.

    >>> from geartrain import layers, ops
    >>> layers.Activation("relu")(ops.convert_to_tensor([-1.0, 2.0])).numpy().tolist()
    [0.0, 2.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs: Tensor) -> Tensor:
        return self.activation(inputs)

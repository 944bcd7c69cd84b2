"""The two layers that only networks of this room have: each multiplies what it is given."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers import Layer
from geartrain.layers.configuration import configured
from geartrain.tensor import Shape, Tensor, Variable


@configured()
class LayerScale(Layer):
    """y = x * gamma, with a weight for each channel that begins near 0.

    Args:
        init_values: what the weights begin with.
        projection_dim: how many channels there are.
        **kwargs: those of `Layer`.

    Source: Touvron and others, "Going Deeper with Image Transformers" (2021), section 2.

    >>> from geartrain import ops
    >>> print(LayerScale(0.5, 2)(ops.ones((1, 2))).numpy())
    [[0.5 0.5]]
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values, self.projection_dim = init_values, projection_dim
        self.gamma: Variable

    def build(self, _: Shape) -> None:
        from geartrain.initializers import Constant

        self.gamma = self.add_weight((self.projection_dim,), Constant(self.init_values))

    def call(self, x: Tensor) -> Tensor:
        return x * self.gamma


@configured()
class CustomScaleLayer(Layer):
    """y = x0 + scale * x1, for a pair of tensors.

    Args:
        scale: a number.
        **kwargs: those of `Layer`.

    >>> from geartrain import ops
    >>> print(CustomScaleLayer(0.5)([ops.ones((2,)), ops.ones((2,))]).numpy())
    [1.5 1.5]
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: Any) -> Tensor:
        first, second = inputs
        return ops.add(first, ops.multiply(second, self.scale))

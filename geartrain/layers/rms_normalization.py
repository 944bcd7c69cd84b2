"""`RMSNormalization`: each sample's features, divided by the root of their mean square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.normalized_axes import axis_sizes
from geartrain.ops import reshape, rms_normalization
from geartrain.tensor import Shape, Tensor, Variable, normalize_axes


@configured()
class RMSNormalization(Layer):
    """output = input / sqrt(mean(input²) + epsilon) * scale, for each sample.

    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019).

    Args:
        axis: along which the mean is taken.
        epsilon: added to the mean.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers
    >>> layers.RMSNormalization()([[1.0, -1.0]]).numpy().round(3).tolist()
    [[1.0, -1.0]]
    """

    def __init__(
        self, axis: int | Sequence[int] = -1, epsilon: float = 1e-6, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.axis, self.epsilon = axis, epsilon
        self.scale: Variable

    def build(self, input_shape: Shape) -> None:
        sizes = axis_sizes(self, input_shape, self.axis)
        self.axis = [self.axis] if isinstance(self.axis, int) else list(self.axis)
        self.scale = self.add_weight(sizes, "ones", name="scale")

    def call(self, x: Tensor) -> Tensor:
        axes = normalize_axes(self.axis, x.ndim)
        shape = [size if at in axes else 1 for at, size in enumerate(x.shape)]
        scale = reshape(self.scale, shape)
        return rms_normalization(x, scale, axis=axes, epsilon=self.epsilon)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

"""`UnitNormalization`: each sample's features, brought to length 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import normalize
from geartrain.tensor import Tensor


@configured()
class UnitNormalization(Layer):
    """output = input / sqrt(sum(input²)), with the sum along an axis or several.

    Args:
        axis: along which the length becomes 1.
        **kwargs: those of `Layer`.

    Raises:
        TypeError: `axis` is no whole number and no list of them.

    >>> from geartrain import layers
    >>> layers.UnitNormalization()([[0.0, 4.0]]).numpy().tolist()
    [[0.0, 1.0]]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = checked_axis(self, axis)

    def call(self, inputs: Tensor) -> Tensor:
        axis = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        return normalize(inputs, axis, order=2, epsilon=1e-12)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def checked_axis(layer: Layer, axis: Any) -> int | list[int]:
    """A whole number, or a list of them."""
    if isinstance(axis, int):
        return axis
    if isinstance(axis, list | tuple) and all(isinstance(each, int) for each in axis):
        return list(axis)
    raise TypeError(
        explain(
            f"{type(layer).__name__} '{layer.name}' goes along an axis, or several",
            given=f"axis={axis!r}",
            expected="a whole number, or a list of them",
            remedy="axis=-1",
        )
    )

"""`Reshape`: each sample's numbers in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import reshape
from geartrain.tensor import Tensor


@configured()
class Reshape(Layer):
    """Each sample in another shape, with the same numbers in the same order.

    Args:
        target_shape: of a sample, without the batch; one size may be -1, which is then found.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.Reshape((7, -1))(ops.ones((2, 28))).shape
    (2, 7, 4)
    """

    built_from_start = True

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def call(self, inputs: Tensor) -> Tensor:
        return reshape(inputs, (inputs.shape[0], *self.target_shape))

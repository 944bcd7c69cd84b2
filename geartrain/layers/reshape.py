"""`Reshape`: each sample's numbers in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
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
        if sum(size in (-1, None) for size in self.target_shape) > 1:
            raise ValueError(_unknown_message(self))

    def call(self, inputs: Tensor) -> Tensor:
        return reshape(inputs, (inputs.shape[0], *self.target_shape))


def _unknown_message(layer: Reshape) -> str:
    return explain(
        f"Reshape '{layer.name}' can find one size at most",
        given=f"target_shape={layer.target_shape}",
        expected="-1 once: it is what the other sizes leave",
        remedy="target_shape=(-1, 8)",
    )

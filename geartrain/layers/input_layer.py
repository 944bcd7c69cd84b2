"""`Input`: says what one sample looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.layer import Layer
from geartrain.tensor import Tensor


class InputLayer(Layer):
    """A model's entrance: it changes nothing, and fixes the shape of a sample."""

    def __init__(self, shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(input_shape=shape, **kwargs)

    def call(self, inputs: Tensor) -> Tensor:
        return inputs


def Input(shape: Sequence[int], **kwargs: Any) -> InputLayer:  # noqa: N802  (Keras's name)
    """The shape of one sample, as the first part of a `Sequential` model.

    >>> from geartrain import Sequential, layers
    >>> Sequential([layers.Input((784,)), layers.Dense(10)]).count_params()
    7850
    """
    return InputLayer(shape, **kwargs)

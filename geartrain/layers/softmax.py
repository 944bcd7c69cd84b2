"""`Softmax`: scores become probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.layer import Layer
from geartrain.ops import cast, softmax, where
from geartrain.tensor import Tensor

LEFT_OUT = -1e9  # the score of what a mask leaves out: its share is 0


class Softmax(Layer):
    """exp(input) over its sum along an axis, or several.

    Args:
        axis: along which they add up to 1.
        **kwargs: those of `Layer`.

    Call arguments:
        inputs: the scores.
        mask: of the inputs' shape: False gives 0.

    >>> from geartrain import layers
    >>> layers.Softmax()([[0.0, 0.0]]).numpy().tolist()
    [[0.5, 0.5]]
    """

    supports_masking = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: Tensor, mask: Any = None) -> Tensor:
        scores = inputs if mask is None else where(cast(mask, "bool"), inputs, LEFT_OUT)
        return softmax(scores, axis=self.axis)

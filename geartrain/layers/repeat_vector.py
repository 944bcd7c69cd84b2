"""`RepeatVector`: a vector, as often as asked for."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.told_specs import spec_of_rank
from geartrain.ops import broadcast_to, expand_dims
from geartrain.tensor import Tensor


@configured()
class RepeatVector(Layer):
    """Each sample's vector n times, one below the other.

    Args:
        n: how often.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, features)`
    Output shape:
        `(batch, n, features)`

    >>> from geartrain import layers, ops
    >>> layers.RepeatVector(3)(ops.ones((2, 4))).shape
    (2, 3, 4)
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int):
            raise TypeError(f"RepeatVector needs a whole number, not n={n!r}")
        if not isinstance(n, int):
            raise TypeError(_count_message(self, n))
        if n < 1:
            raise ValueError(_count_message(self, n))
        self.n = n

    def told_spec(self) -> Any:
        return spec_of_rank(2)

    def call(self, inputs: Tensor) -> Tensor:
        batch, features = inputs.shape
        return broadcast_to(expand_dims(inputs, 1), (batch, self.n, features))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], self.n, input_shape[1])


def _count_message(layer: Layer, n: Any) -> str:
    return explain(
        f"RepeatVector '{layer.name}' needs to know how often",
        given=f"n={n!r}",
        expected="a whole number from 1",
        remedy="layers.RepeatVector(3)",
    )

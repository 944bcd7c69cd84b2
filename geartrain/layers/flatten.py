"""`Flatten`: every sample's numbers in one row."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.input_spec import InputSpec
from geartrain.layers.layer import Layer
from geartrain.ops import reshape
from geartrain.ops.nn.spatial import channels_moved_last, chosen_layout
from geartrain.tensor import Tensor


@configured()
class Flatten(Layer):
    """Each sample's axes become one.

    Args:
        data_format: "channels_last" (None means that), or "channels_first": then the channels are
            put last first, so that the row does not depend on the layout.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, a, b, ...)`
    Output shape:
        `(batch, a * b * ...)`

    >>> from geartrain import layers, ops
    >>> layers.Flatten()(ops.ones((2, 28, 28))).shape
    (2, 784)
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = chosen_layout(data_format)

    def told_spec(self) -> Any:
        return InputSpec(min_ndim=1)

    def call(self, inputs: Tensor) -> Tensor:
        if inputs.ndim < 1:
            raise ValueError(_rank_message(self))
        if inputs.ndim > 2:
            inputs = channels_moved_last(inputs, self.data_format)
        return reshape(inputs, (inputs.shape[0], -1))


def _rank_message(layer: Layer) -> str:
    return explain(
        f"Flatten '{layer.name}' cannot take this input",
        given="input of shape ()",
        expected="rank 1 at least: a batch of samples",
        axis="rank: 0 against 1",
        remedy="x[None] for a batch of one",
    )

"""What the layers share that repeat the places of the spatial axes."""

from __future__ import annotations

from typing import Any, ClassVar

from geartrain.layers.layer import Layer
from geartrain.layers.pooling import check_rank
from geartrain.layers.told_specs import spec_of_rank
from geartrain.ops import repeat
from geartrain.ops.nn.spatial import chosen_layout, for_each_axis
from geartrain.tensor import Tensor


class UpSampling(Layer):
    """Each place of `rank` spatial axes repeated."""

    rank: ClassVar[int]

    def __init__(self, size: Any, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size: Any = for_each_axis("size", size, self.rank)
        self.data_format = chosen_layout(data_format)

    def told_spec(self) -> Any:
        return spec_of_rank(self.rank + 2)

    def sizes(self) -> tuple[int, ...]:
        """How many times for each axis."""
        return (self.size,) if isinstance(self.size, int) else self.size

    def compute_output_shape(self, input_shape: Any) -> Any:
        sizes = list(input_shape)
        first = 2 if self.data_format == "channels_first" else 1
        for axis, times in enumerate(self.sizes(), first):
            sizes[axis] = None if sizes[axis] is None else sizes[axis] * times
        return tuple(sizes)

    def call(self, inputs: Tensor) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        first = 2 if self.data_format == "channels_first" else 1
        for axis, times in enumerate(self.sizes(), first):
            inputs = repeat(inputs, times, axis) if times > 1 else inputs
        return inputs

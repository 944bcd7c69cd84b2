"""What the layers share that repeat the places of the spatial axes."""

from __future__ import annotations

from typing import Any, ClassVar

from geartrain.layers.layer import Layer
from geartrain.layers.pooling import check_rank
from geartrain.ops import repeat
from geartrain.ops.nn.spatial import for_each_axis, is_channels_first
from geartrain.tensor import Tensor


class UpSampling(Layer):
    """Each place of `rank` spatial axes repeated."""

    rank: ClassVar[int]

    def __init__(self, size: Any, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = for_each_axis("size", size, self.rank)
        first = is_channels_first(data_format)
        self.data_format = "channels_first" if first else "channels_last"

    def call(self, inputs: Tensor) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        first = 2 if self.data_format == "channels_first" else 1
        for axis, times in enumerate(self.size, first):
            inputs = repeat(inputs, times, axis) if times > 1 else inputs
        return inputs

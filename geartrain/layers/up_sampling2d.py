"""`UpSampling2D`: an image made larger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.pooling import check_rank
from geartrain.layers.up_sampling import UpSampling
from geartrain.ops import image
from geartrain.ops.shaping import static_size
from geartrain.tensor import Tensor


@configured()
class UpSampling2D(UpSampling):
    """Rows and columns `size` times as many.

    Args:
        size: how many times; one number for both axes, or one for each.
        data_format: "channels_last" (None means that) or "channels_first".
        interpolation: "nearest" repeats places; "bilinear", "bicubic", "lanczos3" and "lanczos5"
            go smoothly from one to the next.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.UpSampling2D(2)(ops.ones((1, 3, 4, 2))).shape
    (1, 6, 8, 2)
    """

    rank = 2

    def __init__(
        self,
        size: int | Sequence[int] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(size, data_format, **kwargs)
        self.interpolation = interpolation.lower()

    def call(self, inputs: Tensor) -> Tensor:
        if self.interpolation == "nearest":
            return super().call(inputs)
        check_rank(self, inputs.shape, self.rank)
        first = 2 if self.data_format == "channels_first" else 1
        old = (static_size(each, "UpSampling2D") for each in inputs.shape[first : first + 2])
        new = tuple(size * times for size, times in zip(old, self.size, strict=True))
        return image.resize(
            inputs, new, interpolation=self.interpolation, data_format=self.data_format
        )

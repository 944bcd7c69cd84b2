"""What the spatial dropout layers share: whole channels fall out, not single numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from geartrain.layers.dropout import Dropout
from geartrain.layers.pooling import check_rank
from geartrain.ops.nn.spatial import is_channels_first
from geartrain.tensor import Shape


class SpatialDropout(Dropout):
    """`Dropout` of whole channels: neighbours are alike, so that single ones say too much.

    Source: Tompson et al., "Efficient object localization using convolutional networks" (2015).
    """

    rank: ClassVar[int]

    def __init__(
        self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        first = is_channels_first(data_format)
        self.data_format = "channels_first" if first else "channels_last"

    def choices_shape(self, input_shape: Shape) -> Shape:
        check_rank(self, input_shape, self.rank)
        ones = (1,) * self.rank
        if self.data_format == "channels_first":
            return (*input_shape[:2], *ones)
        return (input_shape[0], *ones, input_shape[-1])


class SpatialDropout1D(SpatialDropout):
    """Whole channels of series fall out.

    Args:
        rate: from 0 to 1.
        seed: a whole number; None takes one from the global seed.
        name: None numbers the class's name.
        dtype: None is float32.
    """

    rank = 1

    def __init__(
        self, rate: float, seed: int | None = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(rate, None, seed, name=name, dtype=dtype)


class SpatialDropout2D(SpatialDropout):
    """Whole channels of images fall out."""

    rank = 2

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(rate, data_format, seed, name=name, dtype=dtype)


class SpatialDropout3D(SpatialDropout2D):
    """Whole channels of volumes fall out."""

    rank = 3

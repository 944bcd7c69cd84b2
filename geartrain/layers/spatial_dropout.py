"""What the spatial dropout layers share: whole channels fall out, not single numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from geartrain.layers.dropout import Dropout
from geartrain.layers.pooling import check_rank
from geartrain.layers.told_specs import spec_of_rank
from geartrain.ops.nn.spatial import chosen_layout
from geartrain.tensor import Shape, Tensor


class SpatialDropout(Dropout):
    """`Dropout` of whole channels: neighbours are alike, so that single ones say too much.

    Source: Tompson et al., "Efficient object localization using convolutional networks" (2015).
    """

    built_from_start = True
    rank: ClassVar[int]
    config_names: ClassVar[Sequence[str]] = ("rate", "data_format", "seed", "name", "dtype")

    def __init__(
        self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        self.data_format = chosen_layout(data_format)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        return super().call(inputs, training)

    def told_spec(self) -> Any:
        return spec_of_rank(self.rank + 2)

    def choices_shape(self, input_shape: Shape) -> Shape:
        ones = (1,) * self.rank
        if self.data_format == "channels_first":
            return (*input_shape[:2], *ones)
        return (input_shape[0], *ones, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer from."""
        return {name: getattr(self, name) for name in self.config_names}


class SpatialDropout1D(SpatialDropout):
    """Whole channels of series fall out.

    Args:
        rate: from 0 to 1.
        seed: a whole number; None takes one from the global seed.
        name: None numbers the class's name.
        dtype: None is float32.
    """

    rank = 1
    config_names = ("rate", "seed", "name", "dtype")

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

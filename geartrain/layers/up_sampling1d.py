"""`UpSampling1D`: each step of a series repeated."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.up_sampling import UpSampling


@configured()
class UpSampling1D(UpSampling):
    """Each step repeated `size` times.

    >>> from geartrain import layers, ops
    >>> layers.UpSampling1D(2)(ops.array([[[1.0], [2.0]]])).numpy().reshape(-1).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """

    rank = 1

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(size, None, **kwargs)
        self.size = size

    def compute_output_shape(self, input_shape: Any) -> list[Any]:
        return list(super().compute_output_shape(input_shape))

"""`UpSampling3D`: each place of a volume repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.up_sampling import UpSampling


@configured()
class UpSampling3D(UpSampling):
    """Each place of the three spatial axes repeated `size` times.

    >>> from geartrain import layers, ops
    >>> layers.UpSampling3D(2)(ops.ones((1, 2, 2, 2, 1))).shape
    (1, 4, 4, 4, 1)
    """

    rank = 3

    def __init__(
        self,
        size: int | Sequence[int] = (2, 2, 2),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(size, data_format, **kwargs)

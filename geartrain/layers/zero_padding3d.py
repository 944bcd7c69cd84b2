"""`ZeroPadding3D`: zeros around a volume."""

from __future__ import annotations

from typing import Any

from geartrain.layers.bordering import ZeroPadding
from geartrain.layers.configuration import configured


@configured()
class ZeroPadding3D(ZeroPadding):
    """Zeros around a volume.

    Args:
        padding: a number for all borders, one for each axis, or pairs (before, behind).
        data_format: "channels_last" (None means that) or "channels_first".
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.ZeroPadding3D(1)(ops.ones((2, 6, 6, 6, 3))).shape
    (2, 8, 8, 8, 3)
    """

    rank = 3

    def __init__(
        self,
        padding: Any = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__("padding", padding, data_format, **kwargs)
        self.padding = self.borders

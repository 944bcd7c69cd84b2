"""`ZeroPadding1D`: zeros around a series."""

from __future__ import annotations

from typing import Any

from geartrain.layers.bordering import ZeroPadding
from geartrain.layers.configuration import configured


@configured()
class ZeroPadding1D(ZeroPadding):
    """Zeros around a series.

    Args:
        padding: a number for all borders, one for each axis, or pairs (before, behind).
        data_format: "channels_last" (None means that) or "channels_first".
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.ZeroPadding1D(1)(ops.ones((2, 6, 3))).shape
    (2, 8, 3)
    """

    rank = 1

    def __init__(
        self,
        padding: Any = 1,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__("padding", padding, data_format, **kwargs)
        (self.padding,) = self.borders

"""`Cropping2D`: the borders of an image, cut off."""

from __future__ import annotations

from typing import Any

from geartrain.layers.bordering import Cropping
from geartrain.layers.configuration import configured


@configured()
class Cropping2D(Cropping):
    """The borders of an image, cut off.

    Args:
        cropping: a number for all borders, one for each axis, or pairs (before, behind).
        data_format: "channels_last" (None means that) or "channels_first".
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.Cropping2D(1)(ops.ones((2, 6, 6, 3))).shape
    (2, 4, 4, 3)
    """

    rank = 2

    def __init__(
        self,
        cropping: Any = ((0, 0), (0, 0)),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__("cropping", cropping, data_format, **kwargs)
        self.cropping = self.borders

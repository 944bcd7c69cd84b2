"""`Cropping1D`: the borders of a series, cut off."""

from __future__ import annotations

from typing import Any

from geartrain.layers.bordering import Cropping
from geartrain.layers.configuration import configured


@configured()
class Cropping1D(Cropping):
    """The borders of a series, cut off.

    Args:
        cropping: a number for all borders, one for each axis, or pairs (before, behind).
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.Cropping1D(1)(ops.ones((2, 6, 3))).shape
    (2, 4, 3)
    """

    rank = 1

    def __init__(
        self,
        cropping: Any = (1, 1),
        **kwargs: Any,
    ) -> None:
        super().__init__("cropping", cropping, None, **kwargs)
        (self.cropping,) = self.borders

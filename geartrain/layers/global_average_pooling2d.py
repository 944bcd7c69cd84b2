"""`GlobalAveragePooling2D`: the mean of the elements of each channel of an image."""

from __future__ import annotations

from geartrain.layers.pooling import GlobalAveragePooling


class GlobalAveragePooling2D(GlobalAveragePooling):
    """The mean of the elements of each channel of an image.

    Its arguments are those of `GlobalPooling`.

    >>> from geartrain import layers, ops
    >>> layers.GlobalAveragePooling2D()(ops.ones((2, 6, 6, 3))).shape
    (2, 3)
    """

    rank = 2

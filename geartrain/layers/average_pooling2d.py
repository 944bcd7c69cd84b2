"""`AveragePooling2D`: the mean of the elements under each window of an image."""

from __future__ import annotations

from geartrain.layers.pooling import AveragePooling


class AveragePooling2D(AveragePooling):
    """The mean of the elements under each window of an image.

    Its arguments are those of `Pooling`.

    >>> from geartrain import layers, ops
    >>> layers.AveragePooling2D(2)(ops.ones((2, 6, 6, 3))).shape
    (2, 3, 3, 3)
    """

    rank = 2

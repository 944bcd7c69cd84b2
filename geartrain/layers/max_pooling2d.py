"""`MaxPooling2D`: the largest element under each window of an image."""

from __future__ import annotations

from geartrain.layers.pooling import MaxPooling
from geartrain.layers.signatures import signed


@signed(pool_size=(2, 2))
class MaxPooling2D(MaxPooling):
    """The largest element under each window of an image.

    Its arguments are those of `Pooling`.

    >>> from geartrain import layers, ops
    >>> layers.MaxPooling2D(2)(ops.ones((2, 6, 6, 3))).shape
    (2, 3, 3, 3)
    """

    rank = 2

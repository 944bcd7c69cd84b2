"""`MaxPooling3D`: the largest element under each window of a volume."""

from __future__ import annotations

from geartrain.layers.pooling import MaxPooling
from geartrain.layers.signatures import signed


@signed(pool_size=(2, 2, 2))
class MaxPooling3D(MaxPooling):
    """The largest element under each window of a volume.

    Its arguments are those of `Pooling`.

    >>> from geartrain import layers, ops
    >>> layers.MaxPooling3D(2)(ops.ones((2, 6, 6, 6, 3))).shape
    (2, 3, 3, 3, 3)
    """

    rank = 3

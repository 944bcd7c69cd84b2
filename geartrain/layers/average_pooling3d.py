"""`AveragePooling3D`: the mean of the elements under each window of a volume."""

from __future__ import annotations

from geartrain.layers.pooling import AveragePooling


class AveragePooling3D(AveragePooling):
    """The mean of the elements under each window of a volume.

    Its arguments are those of `Pooling`.

    >>> from geartrain import layers, ops
    >>> layers.AveragePooling3D(2)(ops.ones((2, 6, 6, 6, 3))).shape
    (2, 3, 3, 3, 3)
    """

    rank = 3

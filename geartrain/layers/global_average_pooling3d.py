"""`GlobalAveragePooling3D`: the mean of the elements of each channel of a volume."""

from __future__ import annotations

from geartrain.layers.pooling import GlobalAveragePooling


class GlobalAveragePooling3D(GlobalAveragePooling):
    """The mean of the elements of each channel of a volume.

    Its arguments are those of `GlobalPooling`.

    >>> from geartrain import layers, ops
    >>> layers.GlobalAveragePooling3D()(ops.ones((2, 6, 6, 6, 3))).shape
    (2, 3)
    """

    rank = 3

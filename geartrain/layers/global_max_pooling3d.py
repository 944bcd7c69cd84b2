"""`GlobalMaxPooling3D`: the largest element of each channel of a volume."""

from __future__ import annotations

from geartrain.layers.pooling import GlobalMaxPooling


class GlobalMaxPooling3D(GlobalMaxPooling):
    """The largest element of each channel of a volume.

    Its arguments are those of `GlobalPooling`.

    >>> from geartrain import layers, ops
    >>> layers.GlobalMaxPooling3D()(ops.ones((2, 6, 6, 6, 3))).shape
    (2, 3)
    """

    rank = 3

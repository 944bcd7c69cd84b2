"""`GlobalAveragePooling1D`: the mean of the elements of each channel of a series."""

from __future__ import annotations

from geartrain.layers.pooling import GlobalAveragePooling


class GlobalAveragePooling1D(GlobalAveragePooling):
    """The mean of the elements of each channel of a series.

    Its arguments are those of `GlobalPooling`.

    >>> from geartrain import layers, ops
    >>> layers.GlobalAveragePooling1D()(ops.ones((2, 6, 3))).shape
    (2, 3)
    """

    rank = 1

"""`AveragePooling1D`: the mean of the elements under each window of a series."""

from __future__ import annotations

from geartrain.layers.pooling import AveragePooling


class AveragePooling1D(AveragePooling):
    """The mean of the elements under each window of a series.

    Its arguments are those of `Pooling`.

    >>> from geartrain import layers, ops
    >>> layers.AveragePooling1D(2)(ops.ones((2, 6, 3))).shape
    (2, 3, 3)
    """

    rank = 1

"""`AdaptiveAveragePooling1D`: as many means of parts as asked for."""

from __future__ import annotations

from geartrain.layers.adaptive_pooling import AdaptiveAveragePooling


class AdaptiveAveragePooling1D(AdaptiveAveragePooling):
    """Means of as many parts of each spatial axis as asked for, of any input size.

    Its arguments are those of `AdaptivePooling`.

    >>> from geartrain import layers, ops
    >>> layers.AdaptiveAveragePooling1D(2)(ops.ones((4, 5, 3))).shape
    (4, 2, 3)
    """

    rank = 1

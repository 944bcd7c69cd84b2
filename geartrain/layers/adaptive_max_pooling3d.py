"""`AdaptiveMaxPooling3D`: the largest of as many parts as asked for."""

from __future__ import annotations

from geartrain.layers.adaptive_pooling import AdaptiveMaxPooling


class AdaptiveMaxPooling3D(AdaptiveMaxPooling):
    """The largest of as many parts of each spatial axis as asked for, of any input size.

    Its arguments are those of `AdaptivePooling`.

    >>> from geartrain import layers, ops
    >>> layers.AdaptiveMaxPooling3D(2)(ops.ones((4, 5, 5, 5, 3))).shape
    (4, 2, 2, 2, 3)
    """

    rank = 3

"""`GlobalMaxPooling2D`: the largest element of each channel of an image."""

from __future__ import annotations

from geartrain.layers.pooling import GlobalMaxPooling


class GlobalMaxPooling2D(GlobalMaxPooling):
    """The largest element of each channel of an image.

    Its arguments are those of `GlobalPooling`.

    >>> from geartrain import layers, ops
    >>> layers.GlobalMaxPooling2D()(ops.ones((2, 6, 6, 3))).shape
    (2, 3)
    """

    rank = 2

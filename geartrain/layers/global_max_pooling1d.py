"""`GlobalMaxPooling1D`: the largest element of each channel of a series."""

from __future__ import annotations

from geartrain.layers.pooling import GlobalMaxPooling


class GlobalMaxPooling1D(GlobalMaxPooling):
    """The largest element of each channel of a series.

    Its arguments are those of `GlobalPooling`.

    >>> from geartrain import layers, ops
    >>> layers.GlobalMaxPooling1D()(ops.ones((2, 6, 3))).shape
    (2, 3)
    """

    rank = 1

"""`MaxPooling1D`: the largest element under each window of a series."""

from __future__ import annotations

from geartrain.layers.pooling import MaxPooling
from geartrain.layers.signatures import signed


@signed(pool_size=2)
class MaxPooling1D(MaxPooling):
    """The largest element under each window of a series.

    Its arguments are those of `Pooling`.

    >>> from geartrain import layers, ops
    >>> layers.MaxPooling1D(2)(ops.ones((2, 6, 3))).shape
    (2, 3, 3)
    """

    rank = 1

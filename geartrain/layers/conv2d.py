"""`Conv2D`: a convolution over an image."""

from __future__ import annotations

from geartrain.layers.convolution import BaseConv
from geartrain.layers.signatures import signed


@signed(strides=(1, 1), dilation_rate=(1, 1))
class Conv2D(BaseConv):
    """A window of weights moved over an image.

    Its arguments are those of `BaseConv`.

    Input shape:
        `(batch, rows, columns, channels)`
    Output shape:
        `(batch, new rows, new columns, filters)`

    >>> from geartrain import layers, ops
    >>> layers.Conv2D(5, 3)(ops.ones((2, 9, 9, 3))).shape
    (2, 7, 7, 5)
    """

    rank = 2

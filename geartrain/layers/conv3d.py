"""`Conv3D`: a convolution over a volume, or a video."""

from __future__ import annotations

from geartrain.layers.convolution import BaseConv
from geartrain.layers.signatures import signed


@signed(strides=(1, 1, 1), dilation_rate=(1, 1, 1))
class Conv3D(BaseConv):
    """A window of weights moved over a volume, or a video.

    Its arguments are those of `BaseConv`.

    Input shape:
        `(batch, planes, rows, columns, channels)`
    Output shape:
        `(batch, new planes, new rows, new columns, filters)`

    >>> from geartrain import layers, ops
    >>> layers.Conv3D(5, 3)(ops.ones((2, 6, 6, 6, 1))).shape
    (2, 4, 4, 4, 5)
    """

    rank = 3

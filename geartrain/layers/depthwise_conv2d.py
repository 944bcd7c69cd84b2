"""`DepthwiseConv2D`: a convolution of each channel of an image by itself."""

from __future__ import annotations

from geartrain.layers.depthwise_convolution import BaseDepthwiseConv


class DepthwiseConv2D(BaseDepthwiseConv):
    """A convolution of each channel of an image by itself.

    Its arguments are those of `BaseDepthwiseConv`.

    >>> from geartrain import layers, ops
    >>> layers.DepthwiseConv2D(3)(ops.ones((2, 5, 5, 3))).shape
    (2, 3, 3, 3)
    """

    rank = 2

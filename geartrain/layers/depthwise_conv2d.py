"""`DepthwiseConv2D`: a convolution of each channel of an image by itself."""

from __future__ import annotations

from geartrain.layers.depthwise_convolution import BaseDepthwiseConv
from geartrain.layers.signatures import signed


@signed(strides=(1, 1), dilation_rate=(1, 1))
class DepthwiseConv2D(BaseDepthwiseConv):
    """A convolution of each channel of an image by itself.

    Its arguments are those of `BaseDepthwiseConv`.

    >>> from geartrain import layers, ops
    >>> layers.DepthwiseConv2D(3)(ops.ones((2, 5, 5, 3))).shape
    (2, 3, 3, 3)
    """

    rank = 2

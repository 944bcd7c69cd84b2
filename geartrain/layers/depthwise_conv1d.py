"""`DepthwiseConv1D`: a convolution of each channel of a series by itself."""

from __future__ import annotations

from geartrain.layers.depthwise_convolution import BaseDepthwiseConv


class DepthwiseConv1D(BaseDepthwiseConv):
    """A convolution of each channel of a series by itself.

    Its arguments are those of `BaseDepthwiseConv`.

    >>> from geartrain import layers, ops
    >>> layers.DepthwiseConv1D(3)(ops.ones((2, 5, 3))).shape
    (2, 3, 3)
    """

    rank = 1

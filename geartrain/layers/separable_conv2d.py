"""`SeparableConv2D`: a depthwise convolution over an image, whose channels are then mixed."""

from __future__ import annotations

from geartrain.layers.separable_convolution import BaseSeparableConv
from geartrain.layers.signatures import signed


@signed(strides=(1, 1), dilation_rate=(1, 1))
class SeparableConv2D(BaseSeparableConv):
    """A depthwise convolution over an image, whose channels are then mixed.

    Its arguments are those of `BaseSeparableConv`.

    >>> from geartrain import layers, ops
    >>> layers.SeparableConv2D(4, 3)(ops.ones((2, 5, 5, 3))).shape
    (2, 3, 3, 4)
    """

    rank = 2

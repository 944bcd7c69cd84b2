"""`Conv2DTranspose`: a transposed convolution over an image."""

from __future__ import annotations

from geartrain.layers.signatures import signed
from geartrain.layers.transposed_convolution import BaseConvTranspose


@signed(strides=(1, 1), dilation_rate=(1, 1))
class Conv2DTranspose(BaseConvTranspose):
    """A transposed convolution over an image.

    Its arguments are those of `BaseConvTranspose`.

    >>> from geartrain import layers, ops
    >>> layers.Conv2DTranspose(4, 3, strides=2, padding="same")(ops.ones((2, 5, 5, 3))).shape
    (2, 10, 10, 4)
    """

    rank = 2

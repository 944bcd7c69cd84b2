"""`Conv3DTranspose`: a transposed convolution over a volume."""

from __future__ import annotations

from geartrain.layers.signatures import signed
from geartrain.layers.transposed_convolution import BaseConvTranspose


@signed(order=("data_format", "output_padding"), strides=(1, 1, 1), dilation_rate=(1, 1, 1))
class Conv3DTranspose(BaseConvTranspose):
    """A transposed convolution over a volume.

    Its arguments are those of `BaseConvTranspose`.

    >>> from geartrain import layers, ops
    >>> layers.Conv3DTranspose(4, 3, strides=2, padding="same")(ops.ones((2, 5, 5, 5, 3))).shape
    (2, 10, 10, 10, 4)
    """

    rank = 3

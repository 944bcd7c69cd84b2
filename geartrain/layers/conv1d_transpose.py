"""`Conv1DTranspose`: a transposed convolution over a series."""

from __future__ import annotations

from geartrain.layers.transposed_convolution import BaseConvTranspose


class Conv1DTranspose(BaseConvTranspose):
    """A transposed convolution over a series.

    Its arguments are those of `BaseConvTranspose`.

    >>> from geartrain import layers, ops
    >>> layers.Conv1DTranspose(4, 3, strides=2, padding="same")(ops.ones((2, 5, 3))).shape
    (2, 10, 4)
    """

    rank = 1

"""`ConvLSTM2D`: an LSTM of convolutions over images."""

from __future__ import annotations

from geartrain.layers.conv_lstm import ConvLSTM


class ConvLSTM2D(ConvLSTM):
    """An LSTM of convolutions, for series of images.

    Its arguments are those of `ConvLSTM`.

    >>> from geartrain import layers, ops
    >>> layers.ConvLSTM2D(5, 3)(ops.ones((2, 4, 6, 6, 3))).shape
    (2, 4, 4, 5)
    """

    rank = 2

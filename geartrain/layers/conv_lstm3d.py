"""`ConvLSTM3D`: an LSTM of convolutions over volumes."""

from __future__ import annotations

from geartrain.layers.conv_lstm import ConvLSTM


class ConvLSTM3D(ConvLSTM):
    """An LSTM of convolutions, for series of volumes.

    Its arguments are those of `ConvLSTM`.

    >>> from geartrain import layers, ops
    >>> layers.ConvLSTM3D(5, 3)(ops.ones((2, 4, 6, 6, 6, 3))).shape
    (2, 4, 4, 4, 5)
    """

    rank = 3

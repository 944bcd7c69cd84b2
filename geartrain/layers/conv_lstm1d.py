"""`ConvLSTM1D`: an LSTM of convolutions over lines."""

from __future__ import annotations

from geartrain.layers.conv_lstm import ConvLSTM


class ConvLSTM1D(ConvLSTM):
    """An LSTM of convolutions, for series of lines.

    Its arguments are those of `ConvLSTM`.

    >>> from geartrain import layers, ops
    >>> layers.ConvLSTM1D(5, 3)(ops.ones((2, 4, 6, 3))).shape
    (2, 4, 5)
    """

    rank = 1

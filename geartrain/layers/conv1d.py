"""`Conv1D`: a convolution over a series: text, sound, measurements."""

from __future__ import annotations

from geartrain.layers.convolution import BaseConv


class Conv1D(BaseConv):
    """A window of weights moved over a series: text, sound, measurements.

    Its arguments are those of `BaseConv`.

    Input shape:
        `(batch, steps, channels)`
    Output shape:
        `(batch, new steps, filters)`

    >>> from geartrain import layers, ops
    >>> layers.Conv1D(5, 3)(ops.ones((2, 10, 4))).shape
    (2, 8, 5)
    """

    rank = 1

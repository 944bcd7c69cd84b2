"""Networks without numbers: weights that have their shapes, and share one place in memory.

ConvNeXtXLarge has 350 million weights; to see how it is joined, none of them is needed.
"""

import contextlib
from unittest import mock

import numpy as np
from numpy.lib.stride_tricks import as_strided

from geartrain.layers import layer
from geartrain.tensor import variable


def _nothing(shape, dtype):
    return as_strided(np.zeros(1, dtype), tuple(shape), (0,) * len(shape))


@contextlib.contextmanager
def without_numbers():
    """Make weights without memory of their own, and read none from files."""
    with (
        mock.patch.object(variable, "aligned_empty", _nothing),
        mock.patch.object(layer, "_start", lambda _, shape, dtype: _nothing(shape, dtype)),
        mock.patch("geartrain.applications.network.load_weights", return_value=None),
    ):
        yield

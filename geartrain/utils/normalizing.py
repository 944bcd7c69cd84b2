"""Vectors divided by their length."""

from __future__ import annotations

from typing import Any

import numpy as np


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """x / |x| along an axis; a vector of length 0 stays as it is.

    Args:
        x: an array, or a tensor.
        axis: along which.
        order: of the norm: 2 is the Euclidean one.

    Returns:
        An array for an array, a tensor for a tensor.

    >>> normalize(np.array([3.0, 4.0])).tolist()
    [[0.6, 0.8]]
    """
    from geartrain import ops
    from geartrain.tensor import Tensor

    if isinstance(x, Tensor):
        return ops.normalize(x, axis=axis, order=order)
    lengths = np.atleast_1d(np.linalg.norm(x, order, axis))
    lengths[lengths == 0] = 1
    # As in Keras, a vector becomes a row: its length gets the axis back.
    return x / np.expand_dims(lengths, axis)

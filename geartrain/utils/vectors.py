"""`normalize`: vectors of one length."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain


def normalize(x: Any, axis: int = -1, order: Any = 2) -> Any:
    """Vectors divided by their length; one of length 0 stays as it is.

    Args:
        x: an array, or a tensor.
        axis: along which a vector lies.
        order: of the norm: 2 is Euclid's length, 1 the sum of sizes, inf the greatest size.

    Returns:
        An array for an array, else a tensor.

    Raises:
        ValueError: there is no norm of this order.

    >>> normalize(np.array([[3.0, 4.0]])).tolist()
    [[0.6, 0.8]]
    """
    if not isinstance(order, int | float):
        raise ValueError(_order_message(order))
    if not isinstance(x, np.ndarray):
        return ops.normalize(x, axis=axis, order=int(order))
    array = np.asarray(x)
    lengths = np.atleast_1d(np.linalg.norm(array, order, axis))
    lengths[lengths == 0] = 1
    return array / np.expand_dims(lengths, axis)


def _order_message(order: object) -> str:
    return explain(
        "Vectors have no norm of this order",
        given=f"order={order!r}",
        expected="a number: 2 for Euclid's length, 1 for the sum of sizes",
        remedy="order=2",
    )

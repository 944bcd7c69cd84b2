"""Rows and prices of houses, in a random order: what Boston's and California's share."""

from __future__ import annotations

import numpy as np

from geartrain.datasets.sample import Array, Split
from geartrain.errors import explain


def split_in_random_order(x: Array, y: Array, test_split: float, seed: int) -> Split:
    """The first rows of a random order, and the last, which are kept for testing.

    Args:
        x: the rows.
        y: the prices.
        test_split: the share of rows for testing.
        seed: of the order.

    Raises:
        ValueError: the share is not from 0 to 1, 1 excluded.
    """
    if not 0 <= test_split < 1:
        raise ValueError(_share_message(test_split))
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    cut = int(len(x) * (1 - test_split))
    return (np.array(x[:cut]), np.array(y[:cut])), (np.array(x[cut:]), np.array(y[cut:]))


def _share_message(given: float) -> str:
    return explain(
        "These rows cannot be kept for testing",
        given=f"test_split={given!r}",
        expected="a share from 0 to 1, 1 excluded",
        remedy="test_split=0.2",
    )

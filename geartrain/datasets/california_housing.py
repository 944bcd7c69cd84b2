"""California housing: 20,640 districts of 1990, 8 numbers each, and the median price of a home.

    (x_train, y_train), (x_test, y_test) = california_housing.load_data(version="small")

Source: Pace and Barry, "Sparse spatial autoregressions" (1997).
"""

from __future__ import annotations

from typing import Any

from geartrain.datasets.houses import split_in_random_order
from geartrain.datasets.npz import read_npz
from geartrain.datasets.places import GOOGLE, Source
from geartrain.datasets.sample import Split
from geartrain.errors import unknown_name

HOUSES = Source(
    "California housing",
    "california_housing.npz",
    (f"{GOOGLE}california_housing.npz",),
    "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
)
SMALL = 600


def load_data(
    version: str = "large",
    path: Any = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> Split:
    """Load the districts as `(x_train, y_train), (x_test, y_test)`, in a random order.

    Args:
        version: "large", or "small": the first 600 districts, round San Francisco.
        path: the file's name in the cache; or a path with a folder.
        test_split: the share of rows that are kept for testing.
        seed: of the order.

    Returns:
        Rows of 8 numbers, and prices in dollars.

    Raises:
        DataUnavailable: the file is not on this machine, and no mirror gave it.
        ValueError: it is another file, the share is impossible, or there is no such version.
    """
    if version not in ("small", "large"):
        remedy = "california_housing.load_data(version={})"
        raise ValueError(unknown_name("version", version, ("small", "large"), remedy=remedy))
    x, y = read_npz(HOUSES.find(path), ("x", "y"))
    rows = SMALL if version == "small" else len(x)
    return split_in_random_order(x[:rows], y[:rows], test_split, seed)

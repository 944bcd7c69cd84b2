"""Boston housing: 506 suburbs of the 1970s, 13 numbers each, and the median price of a home.

    (x_train, y_train), (x_test, y_test) = boston_housing.load_data()

One of the 13 numbers is made of the share of Black inhabitants: the data show how prejudice gets
into numbers, and are no model for new work. `california_housing` has none of it.

Source: Harrison and Rubinfeld, "Hedonic prices and the demand for clean air" (1978).
"""

from __future__ import annotations

from typing import Any

from geartrain.datasets.houses import split_in_random_order
from geartrain.datasets.npz import read_npz
from geartrain.datasets.places import GOOGLE, Source
from geartrain.datasets.sample import Split

HOUSES = Source(
    "Boston housing",
    "boston_housing.npz",
    (f"{GOOGLE}boston_housing.npz",),
    "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
)


def load_data(path: Any = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> Split:
    """Load the suburbs as `(x_train, y_train), (x_test, y_test)`, float64, in a random order.

    Args:
        path: the file's name in the cache; or a path with a folder.
        test_split: the share of rows that are kept for testing.
        seed: of the order.

    Returns:
        Rows of 13 numbers, and prices in thousands of dollars.

    Raises:
        DataUnavailable: the file is not on this machine, and no mirror gave it.
        ValueError: it is another file, or the share is impossible.
    """
    x, y = read_npz(HOUSES.find(path), ("x", "y"))
    return split_in_random_order(x, y, test_split, seed)

"""Data sets, loaded from the user's disk or from several mirrors, and checked by digest.

A data set is a module with `load_data`, as in Keras; what it gives are NumPy arrays. Nothing here
knows of models or layers.
Start reading at `mnist.py`.
"""

from geartrain.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)
from geartrain.datasets.unavailable import DataUnavailable

__all__ = [
    "DataUnavailable",
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]

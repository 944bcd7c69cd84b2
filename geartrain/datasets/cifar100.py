"""CIFAR-100: 60,000 pictures, 32 x 32 pixels in colour, of 100 kinds in 20 groups.

    (x_train, y_train), (x_test, y_test) = cifar100.load_data(label_mode="coarse")

Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.datasets.cifar import Archive, pictures_of
from geartrain.datasets.places import Source
from geartrain.datasets.sample import Array, Split
from geartrain.errors import unknown_name

ARCHIVE = Archive(
    Source(
        "CIFAR-100",
        "cifar-100-python.tar.gz",
        ("https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",),
        "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    ),
    "cifar-100-python",
    ("cifar-100-python-target/cifar-100-python", "cifar-100-python"),
    {
        "train": "16019d7e3df5f24257cddd939b257f8d",
        "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
    },
)


def load_data(label_mode: str = "fine") -> Split:
    """Load the pictures as `(x_train, y_train), (x_test, y_test)`.

    Shapes: `(50000, 32, 32, 3)`, `(50000, 1)`, `(10000, 32, 32, 3)`, `(10000, 1)`; pictures are
    `uint8`, labels `int64`.

    Args:
        label_mode: "fine", for the 100 kinds, or "coarse", for the 20 groups.

    Raises:
        DataUnavailable: the archive is not on this machine, and no mirror gave it.
        ValueError: a file is another one, or there is no such mode.
    """
    if label_mode not in ("fine", "coarse"):
        remedy = "cifar100.load_data(label_mode={})"
        raise ValueError(unknown_name("label mode", label_mode, ("fine", "coarse"), remedy=remedy))
    training, testing = ARCHIVE.batches(["train", "test"])
    return _part(training, label_mode), _part(testing, label_mode)


def _part(batch: dict[str, Any], label_mode: str) -> tuple[Array, Array]:
    return pictures_of(batch), np.reshape(batch[f"{label_mode}_labels"], (-1, 1))

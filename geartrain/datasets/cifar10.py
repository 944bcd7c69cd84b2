"""CIFAR-10: 60,000 pictures, 32 x 32 pixels in colour, of ten kinds.

    (x_train, y_train), (x_test, y_test) = cifar10.load_data()

Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.datasets.cifar import Archive, pictures_of
from geartrain.datasets.places import Source
from geartrain.datasets.sample import Array, Split

TRAINING = [f"data_batch_{number}" for number in range(1, 6)]
TESTING = "test_batch"
ARCHIVE = Archive(
    Source(
        "CIFAR-10",
        "cifar-10-python.tar.gz",
        ("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",),
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    ),
    "cifar-10-batches-py",
    ("cifar-10-batches-py-target/cifar-10-batches-py", "cifar-10-batches-py"),
    {
        "data_batch_1": "c99cafc152244af753f735de768cd75f",
        "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "634d18415352ddfa80567beed471001a",
        "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
        "test_batch": "40351d587109b95175f43aff81a1287e",
    },
)


def load_data() -> Split:
    """Load the pictures as `(x_train, y_train), (x_test, y_test)`, all `uint8`.

    Shapes: `(50000, 32, 32, 3)`, `(50000, 1)`, `(10000, 32, 32, 3)`, `(10000, 1)`; with
    `image_data_format` "channels_first" the channels stand before the height. The kinds are
    airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck.

    Raises:
        DataUnavailable: the archive is not on this machine, and no mirror gave it.
        ValueError: a file is another one.
    """
    *training, testing = ARCHIVE.batches([*TRAINING, TESTING])
    x_train = np.concatenate([pictures_of(each) for each in training])
    y_train = np.concatenate([_labels(each) for each in training])
    return (x_train, y_train), (pictures_of(testing), _labels(testing))


def _labels(batch: dict[str, Any]) -> Array:
    return np.asarray(batch["labels"], np.uint8).reshape(-1, 1)

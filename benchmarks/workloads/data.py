"""The two data sets of the jobs: MNIST from its idx files, and a small regression made here.

Every contestant reads the same files with this reader, and prepares them as the book does.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray]

MNIST_SIZES = (28 * 28, 512, 10)
TINY_SIZES = (13, 64, 64, 1)
TINY_ROWS = 404
IDX_UNSIGNED_BYTE = 0x08


def digits() -> tuple[Arrays, Arrays]:
    """MNIST for training and for testing: rows of 784 in [0, 1], float32, and one-hot labels."""
    return _images_and_labels("train"), _images_and_labels("t10k")


def tiny() -> Arrays:
    """404 rows of 13 features and their target: the shape of a small table of house prices."""
    generator = np.random.default_rng(13)
    x = generator.standard_normal((TINY_ROWS, TINY_SIZES[0]), dtype=np.float32)
    y = np.maximum(x @ generator.standard_normal((TINY_SIZES[0], 1), dtype=np.float32), 0)
    return x, y


def read_idx(path: Path) -> np.ndarray:
    """The array in a gzipped idx file of unsigned bytes (big-endian sizes after the magic)."""
    content = gzip.decompress(path.read_bytes())
    zeros, kind, rank = int.from_bytes(content[:2], "big"), content[2], content[3]
    if zeros or kind != IDX_UNSIGNED_BYTE:
        raise ValueError(f"{path} is no idx file of unsigned bytes: it begins {content[:4]!r}")
    shape = np.frombuffer(content, ">u4", count=rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def _images_and_labels(part: str) -> Arrays:
    folder = Path(os.environ["GEARTRAIN_DATASETS"]) / "mnist"
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
    rows = images.reshape(len(images), -1).astype("float32") / 255
    return rows, np.eye(10, dtype=np.float32)[labels]

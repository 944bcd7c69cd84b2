"""The data sets of the jobs: MNIST from its idx files, and others made here.

Every contestant reads the same files with this reader, and prepares them as the book does. What is
made has the shapes and types of the book's data, and something to learn.
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
WORDS = 10_000
REVIEW_WORDS = 200  # of a review, some of them twice
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


def digit_images(rows: int) -> Arrays:
    """The first images of MNIST with an axis for their one channel, and one-hot labels."""
    (x, y), _ = digits()
    return x[:rows].reshape(-1, 28, 28, 1), y[:rows]


def made_digits(rows: int) -> Arrays:
    """Rows and one-hot labels of MNIST's shapes, for who times no learning."""
    generator = np.random.default_rng(28)
    labels = np.eye(10, dtype=np.float32)[generator.integers(0, 10, rows)]
    return generator.random((rows, MNIST_SIZES[0]), dtype=np.float32), labels


def pets(rows: int) -> Arrays:
    """Colour images of 150 x 150 in [0, 1]; those of every second row are dark, its label 1."""
    labels = _alternating(rows)
    images = np.random.default_rng(150).random((rows, 150, 150, 3), dtype=np.float32)
    images[1::2] *= 0.1
    return images, labels


def reviews(rows: int) -> Arrays:
    """Multi-hot rows of 10,000 words; each word speaks for or against, and the sum decides."""
    generator = np.random.default_rng(10)
    words = generator.integers(0, WORDS, (rows, REVIEW_WORDS))
    x = np.zeros((rows, WORDS), np.float32)
    np.put_along_axis(x, words, 1, axis=1)
    y = generator.standard_normal(WORDS)[words].sum(axis=1) > 0
    return x, y.astype(np.float32)


def texts(rows: int, length: int) -> Arrays:
    """Rows of word numbers, int32; every second row keeps to the lower half, its label is 1."""
    words = np.random.default_rng(length).integers(1, WORDS, (rows, length), dtype=np.int32)
    words[1::2] //= 2
    return words, _alternating(rows)


def _alternating(rows: int) -> np.ndarray:
    return (np.arange(rows) % 2).astype(np.float32)


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

"""`tf.random`: what the book uses of it."""

from __future__ import annotations

from typing import Any

from geartrain import random as draws
from geartrain.random import set_random_seed
from geartrain.tensor import Tensor

__all__ = ["normal", "set_seed", "shuffle", "uniform"]


def set_seed(seed: int) -> None:
    """Start everything random from `seed`."""
    set_random_seed(seed)


def normal(
    shape: Any,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a normal distribution."""
    return draws.normal(shape, mean, stddev, dtype, seed)


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers that are equally likely from `minval` (0) to `maxval` (1)."""
    return draws.uniform(shape, minval, 1.0 if maxval is None else maxval, dtype, seed)


def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The places of the first axis in a random order."""
    return draws.shuffle(value, 0, seed)

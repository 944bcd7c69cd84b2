"""`tf.random`: numbers that depend on a seed, and on how many were drawn before.

The streams are Geartrain's: the same seed gives other numbers than TensorFlow's, and the same bits
every time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain import random as draws
from geartrain.random import set_random_seed
from geartrain.tensor import Tensor
from geartrain.tensor import as_dtype as number_dtype

__all__ = [
    "Generator", "categorical", "gamma", "get_global_generator", "normal", "set_seed", "shuffle",
    "stateless_normal", "stateless_truncated_normal", "stateless_uniform", "truncated_normal",
    "uniform",
]  # fmt: skip


def set_seed(seed: int) -> None:
    """Start everything random from `seed`."""
    set_random_seed(seed)


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a normal distribution."""
    return draws.normal(shape, mean, stddev, dtype, seed)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """The same, without those beyond two standard deviations."""
    return draws.truncated_normal(shape, mean, stddev, dtype, seed)


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Numbers that are equally likely from `minval` (0) up to but not including `maxval`.

    Of whole numbers, `maxval` must be said; of others it is 1.

    Raises:
        ValueError: `maxval` is missing for whole numbers.
    """
    if number_dtype(dtype).kind in "iu":
        if maxval is None:
            raise ValueError("whole numbers need a maxval: tf.random.uniform((3,), maxval=10, ...)")
        return draws.randint(shape, minval, maxval, dtype, seed)
    return draws.uniform(shape, minval, 1.0 if maxval is None else maxval, dtype, seed)


def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The places of the first axis in a random order."""
    return draws.shuffle(value, 0, seed)


def categorical(
    logits: Any,
    num_samples: Any,
    dtype: Any = None,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Classes, drawn with probabilities that are the softmax of each row."""
    return draws.categorical(logits, int(num_samples), dtype or "int64", seed)


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a gamma distribution, of a shape for each alpha and rate beta."""
    rates = ops.convert_to_tensor(1.0 if beta is None else beta, dtype)
    shapes = ops.convert_to_tensor(alpha, dtype)
    inner = (ops.zeros_like(shapes) + rates).shape
    wanted = (*np.atleast_1d(np.asarray(shape, int)).tolist(), *inner)
    found = draws.gamma(wanted, ops.broadcast_to(shapes, wanted), dtype, seed)
    return ops.divide(found, rates)


def _seed_of(seed: Any) -> int:
    """One number of the two that a draw without state is given."""
    first, second = (int(each) for each in np.asarray(seed).reshape(-1))
    return (first * 0x9E3779B1 + second) % 2**31


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Tensor:
    """Numbers of a normal distribution: always the same ones for one seed of two numbers."""
    return draws.normal(shape, mean, stddev, dtype, _seed_of(seed))


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Tensor:
    """The same, without those beyond two standard deviations."""
    return draws.truncated_normal(shape, mean, stddev, dtype, _seed_of(seed))


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Tensor:
    """Numbers that are equally likely: always the same ones for one seed of two numbers."""
    return uniform(shape, minval, maxval, dtype, _seed_of(seed))


class Generator:
    """Draws of its own, from a seed.

    >>> first, second = (Generator.from_seed(1).normal((2,)) for _ in range(2))
    >>> first.tolist() == second.tolist()
    True
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = draws.SeedGenerator(seed)

    @classmethod
    def from_seed(cls, seed: int, alg: Any = None) -> Generator:
        """A generator that always begins alike."""
        return cls(int(seed))

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A generator that begins in its own way in each process."""
        return cls()

    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: Any = None,
    ) -> Tensor:
        """Numbers of a normal distribution."""
        return draws.normal(shape, mean, stddev, dtype, self._seed)

    def truncated_normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: Any = None,
    ) -> Tensor:
        """The same, without those beyond two standard deviations."""
        return draws.truncated_normal(shape, mean, stddev, dtype, self._seed)

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = "float32",
        name: Any = None,
    ) -> Tensor:
        """Numbers that are equally likely."""
        return uniform(shape, minval, maxval, dtype, self._seed)

    def split(self, count: int = 1) -> list[Generator]:
        """So many generators, each with a seed that this one draws."""
        seeds = draws.randint((count,), 0, 2**31 - 1, seed=self._seed)
        return [Generator(int(each)) for each in seeds.tolist()]


_global: list[Generator] = []


def get_global_generator() -> Generator:
    """The generator that is used where none is named."""
    if not _global:
        _global.append(Generator())
    return _global[0]

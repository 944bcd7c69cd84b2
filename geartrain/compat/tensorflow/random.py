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
    "Generator", "categorical", "fold_in", "gamma", "get_global_generator", "normal", "poisson",
    "set_seed", "shuffle", "split", "stateless_binomial", "stateless_categorical",
    "stateless_gamma", "stateless_normal", "stateless_poisson", "stateless_truncated_normal",
    "stateless_uniform", "truncated_normal", "uniform",
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


def seed_of(seed: Any) -> int:
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
    return draws.normal(shape, mean, stddev, dtype, seed_of(seed))


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
    return draws.truncated_normal(shape, mean, stddev, dtype, seed_of(seed))


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
    return uniform(shape, minval, maxval, dtype, seed_of(seed))


def stateless_categorical(
    logits: Any,
    num_samples: Any,
    seed: Any,
    dtype: Any = "int64",
    name: str | None = None,
) -> Tensor:
    """Classes: always the same ones for one seed of two numbers."""
    return categorical(logits, num_samples, dtype, seed_of(seed))


def stateless_gamma(
    shape: Any,
    seed: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """Numbers of a gamma distribution of a whole shape: the same ones for one seed."""
    shapes = ops.broadcast_to(ops.convert_to_tensor(alpha, dtype), tuple(shape))
    found = draws.gamma(tuple(shape), shapes, dtype, seed_of(seed))
    return found if beta is None else ops.divide(found, beta)


def stateless_binomial(
    shape: Any,
    seed: Any,
    counts: Any,
    probs: Any,
    output_dtype: Any = "int32",
    name: str | None = None,
) -> Tensor:
    """How often of `counts` times something of a probability happens: the same for one seed."""
    return ops.cast(draws.binomial(tuple(shape), counts, probs, seed=seed_of(seed)), output_dtype)


def poisson(
    shape: Any,
    lam: Any,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """How often what happens `lam` times on average happens; of a shape for each rate."""
    rates = np.asarray(ops.convert_to_tensor(lam), float)
    wanted = (*np.atleast_1d(np.asarray(shape, int)).tolist(), *rates.shape)
    return _counts(wanted, rates, dtype, seed)


def stateless_poisson(
    shape: Any, seed: Any, lam: Any, dtype: Any = "int32", name: str | None = None
) -> Tensor:
    """The same of a whole shape: always the same numbers for one seed of two."""
    rates = np.asarray(ops.convert_to_tensor(lam), float)
    return _counts(tuple(shape), rates, dtype, seed_of(seed))


def _counts(shape: Any, rates: Any, dtype: Any, seed: int | None) -> Tensor:
    """Drawn by NumPy, on the host."""
    start = seed if seed is not None else int(draws.randint((), 0, 2**31 - 1))
    found = np.random.default_rng(start).poisson(rates, shape)
    return ops.cast(ops.convert_to_tensor(found), dtype)


def split(seed: Any, num: int = 2, alg: str = "auto_select") -> Tensor:
    """So many seeds of two numbers, made of one."""
    return draws.randint((num, 2), 0, 2**31 - 1, "int32", seed_of(seed))


def fold_in(seed: Any, data: Any, alg: str = "auto_select") -> Tensor:
    """A seed of two numbers, made of one and a number."""
    mixed = (seed_of(seed) * 0x9E3779B1 + int(data)) % 2**31
    return draws.randint((2,), 0, 2**31 - 1, "int32", mixed)


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

"""Seeds: the global one, and rows of keys, each a seed and the number of a stream.

    SeedGenerator(7).next()   ->   key (7, 0), then (7, 1), (7, 2), ...

A key gives as many random bits as are asked for (`primitives.random_bits`), or a generator of
NumPy's (`numpy_generator`), for what is not traced: first weights, the order of the samples.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), whose
Philox NumPy implements.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence

from geartrain import primitives
from geartrain.errors import explain
from geartrain.names import unique_name
from geartrain.primitives.philox import philox
from geartrain.tensor import Array, Tensor, Variable

SEED_LIMIT = 2**64
CHILDREN = 2**64 - 1  # the stream that seeds of unseeded generators are drawn from
WEIGHTS = 2**64 - 2  # ... and those of unseeded initializers
STEP = Tensor(np.array([0, 1], np.uint64))


def checked_seed(seed: Any) -> int:
    """The seed, if it is one."""
    if isinstance(seed, int | np.integer) and 0 <= seed < SEED_LIMIT:
        return int(seed)
    raise ValueError(
        explain(
            "This cannot be a seed",
            given=f"{seed!r} ({type(seed).__name__})",
            expected="a whole number from 0 to 2**64 - 1, a random.SeedGenerator, or None",
            remedy="seed=0",
        )
    )


class SeedGenerator:
    """A row of keys: key n is (seed, n), and what it gives depends on nothing else.

    The row's place is a `Variable`, `state`, so that a traced function that draws moves it on at
    every run, and a saved one goes on where it was.

    Args:
        seed: a whole number from 0; None takes the global seed's next.
        name: of the state; None numbers it.

    >>> first, second = SeedGenerator(7), SeedGenerator(7)
    >>> first.next().numpy().tolist(), first.next().numpy().tolist(), second.next().numpy().tolist()
    ([7, 0], [7, 1], [7, 0])
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if kwargs:
            raise ValueError(_argument_message(kwargs))
        self._given_seed = seed
        self._initial_seed = GLOBAL.next_seed() if seed is None else checked_seed(seed)
        self.name = name or unique_name("seed_generator")
        start = np.array([self._initial_seed, 0], np.uint64)
        self.state = Variable(start, trainable=False, name="seed_generator_state")
        self.state.path = f"{self.name}/seed_generator_state"

    def next(self, ordered: bool = True) -> Tensor:
        """The next key, uint64(2,).

        Keys always come in order; `ordered` is taken for the sake of Keras's users.
        """
        key = self.state.value
        self.state.assign(primitives.add(key, STEP))
        return key

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the same row from, at its start."""
        return {"seed": self._given_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """The row of keys that a config tells of."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<SeedGenerator {self.name}, seed={self._initial_seed}>"


class GlobalSeed:
    """What is drawn where no seed is given: keys, generators of NumPy's, seeds of others."""

    def __init__(self) -> None:
        self.seed = secrets.randbits(63)
        self.keys = SeedGenerator(self.seed, name="global_seed_generator")
        self.generators = self.seeds = self.weights = 0
        self.kept = self.counts  # to go back to: see `undrawn`

    def restart(self, seed: int) -> None:
        """Begin again, from a seed. Compiled functions that draw see it."""
        self.seed = checked_seed(seed)
        self.keys.state.assign(np.array([self.seed, 0], np.uint64))
        self.generators = self.seeds = self.weights = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many of each kind were drawn."""
        return self.generators, self.seeds, self.weights

    @counts.setter
    def counts(self, counts: tuple[int, int, int]) -> None:
        self.generators, self.seeds, self.weights = counts

    def next_generator(self) -> np.random.Generator:
        """The next generator of NumPy's."""
        self.generators += 1
        return _philox(self.seed, self.generators - 1)

    def next_seed(self) -> int:
        """A seed of 31 bits, which every backend of Keras takes, for a row that was given none."""
        self.seeds += 1
        return philox(self.seed, CHILDREN, self.seeds - 1) >> 1

    def next_weight_seed(self) -> int:
        """The same for first weights: they do not depend on what else draws, as dropout does."""
        self.weights += 1
        return philox(self.seed, WEIGHTS, self.weights - 1) >> 1


GLOBAL = GlobalSeed()


def set_random_seed(seed: int) -> None:
    """Start everything random from `seed`: initial weights, the order of the samples, dropout.

    Two programs that set the same seed and then do the same get the same bits. Python's and NumPy's
    own generators start from it too, as data are often made with them.

    Raises:
        ValueError: the seed is no whole number from 0 to 2**64 - 1.
    """
    GLOBAL.restart(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  (what it starts is the global generator)


@contextmanager
def undrawn(keep_weights: bool = False) -> Iterator[None]:
    """What is drawn inside counts as not drawn: numbers afterwards are those without it.

    Args:
        keep_weights: whether what is drawn inside of `drawn_for_good` counts nevertheless.
    """
    before, outer = GLOBAL.counts, GLOBAL.kept
    GLOBAL.kept = before
    try:
        yield
    finally:
        GLOBAL.counts = GLOBAL.kept if keep_weights else before
        GLOBAL.kept = outer


@contextmanager
def drawn_for_good() -> Iterator[None]:
    """What is drawn inside stays drawn: first weights, of layers that are built in a trace."""
    yield
    GLOBAL.kept = GLOBAL.counts


def next_generator() -> np.random.Generator:
    """The next of NumPy's generators that the global seed gives."""
    return GLOBAL.next_generator()


def numpy_generator(seed: int | SeedGenerator | None = None) -> np.random.Generator:
    """A generator of NumPy's: from a seed, a row of keys, or the global seed (None)."""
    if seed is None:
        return GLOBAL.next_generator()
    return _philox(*key_of(seed).numpy().tolist())


class ReadyKey(ISeedSequence):
    """Gives Philox its key.

    `Philox(key=...)`, which is the same, asks the system for entropy first, and throws it away.
    """

    def __init__(self, key: Array) -> None:
        self.key = key

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Array:
        """The two words of the key, which are all that Philox asks for."""
        return self.key


def _philox(seed: int, stream: int) -> np.random.Generator:
    key = np.array([seed, stream], np.uint64)
    philox = np.random.Philox(ReadyKey(key))  # type: ignore[arg-type]  # NumPy takes any ISeedSequence
    return np.random.Generator(philox)


def key_of(seed: Any) -> Tensor:
    """The key that the `seed` argument of a distribution means.

    A whole number is the same key each time; None and a `SeedGenerator` give their next.

    Raises:
        ValueError: it is something else.
    """
    if seed is None:
        return GLOBAL.keys.next()
    if isinstance(seed, SeedGenerator):
        return seed.next()
    return Tensor(np.array([checked_seed(seed), 0], np.uint64))


def _argument_message(given: dict[str, Any]) -> str:
    return explain(
        "SeedGenerator does not know these arguments",
        given=", ".join(given),
        expected="seed and name",
        remedy="random.SeedGenerator(seed=0)",
    )

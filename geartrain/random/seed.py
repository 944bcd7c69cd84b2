"""The global seed, and streams of random numbers keyed by a seed and a counter.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), whose
Philox NumPy implements.
"""

from __future__ import annotations

import secrets

import numpy as np

from geartrain.errors import explain

SEED_LIMIT = 2**64


class SeedGenerator:
    """A row of random streams: stream n depends on the seed and on n, and on nothing else.

    Args:
        seed: a whole number from 0; None draws one from the operating system.

    >>> first, second = SeedGenerator(7), SeedGenerator(7)
    >>> first.next().random() == second.next().random()
    True
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = secrets.randbits(63) if seed is None else _checked(seed)
        self.counter = 0

    def next(self) -> np.random.Generator:
        """The next stream."""
        stream = np.random.Generator(np.random.Philox(key=[self.seed, self.counter]))
        self.counter += 1
        return stream


_global: list[SeedGenerator] = []


def set_random_seed(seed: int) -> None:
    """Start everything random from `seed`: initial weights, and the order of the samples.

    Two programs that set the same seed and then do the same get the same bits.

    Raises:
        ValueError: the seed is no whole number from 0 to 2**64 - 1.
    """
    _global[:] = [SeedGenerator(seed)]


def next_generator() -> np.random.Generator:
    """The next stream of the global seed."""
    if not _global:
        _global.append(SeedGenerator())
    return _global[0].next()


def _checked(seed: int) -> int:
    if isinstance(seed, int | np.integer) and 0 <= seed < SEED_LIMIT:
        return int(seed)
    raise ValueError(
        explain(
            "This cannot be a seed",
            given=repr(seed),
            expected="a whole number from 0 to 2**64 - 1",
            remedy="set_random_seed(0)",
        )
    )

"""Random numbers of a pipeline: each pass of each stage has a stream of its own.

They come from the seed, the stage's pass and the place in it, so that the same program gives the
same order, whichever threads carry it out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.random.seed import GLOBAL

LIMIT = 2**64
DRAWN = 1024


def new_seed(seed: Any) -> int:
    """The seed of a stage: the one given, or the global seed's next."""
    return GLOBAL.next_seed() if seed is None else int(seed) % LIMIT


def generator(seed: int, number: int) -> np.random.Generator:
    """The stream of random numbers of a seed and a pass."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, number % LIMIT], np.uint64)))


class Draws:
    """Random places, one by one or many together; the same ones either way.

    >>> one, other = Draws(7, 0), Draws(7, 0)
    >>> [one.below(10) for _ in range(3)] == (other.fractions(3) * 10).astype(int).tolist()
    True
    """

    def __init__(self, seed: int, number: int) -> None:
        self._random = generator(seed, number)
        self._ready: list[float] = []

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit - 1`."""
        if not self._ready:
            self._ready = self._random.random(DRAWN).tolist()[::-1]
        return int(self._ready.pop() * limit)

    def fractions(self, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        """So many numbers from 0 to 1, 1 excluded."""
        return self._random.random(count)

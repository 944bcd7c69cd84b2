"""Randomness that can be repeated: `keras.random`, made of counters.

Here live the global seed and `SeedGenerator` (`seed`), and the distributions: each turns random
bits, which depend on a seed, a stream and a place, into numbers, with operations that are traced
and compiled as all others. What one draw gives depends neither on what else was drawn, nor on who
draws it. No layer lives here, and no generator with a hidden state.

Start reading at `seed.py`, then `continuous.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.random.continuous import normal, truncated_normal, uniform
    from geartrain.random.discrete import categorical, dropout, shuffle
    from geartrain.random.integers import randint
    from geartrain.random.rejected import beta, binomial, gamma
    from geartrain.random.seed import (
        SeedGenerator,
        next_generator,
        numpy_generator,
        set_random_seed,
    )


__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
    "next_generator",
    "numpy_generator",
    "set_random_seed",
]

"""Randomness that can be repeated: counter-based generators from one seed.

Here live the global seed and `SeedGenerator` (`seed`). Every stream is Philox, keyed by a seed
and a number of its own, so what one draw gives does not depend on what else was drawn, nor on
who draws it.

Start reading at `seed.py`.
"""

from geartrain.random.seed import SeedGenerator, next_generator, set_random_seed

__all__ = ["SeedGenerator", "next_generator", "set_random_seed"]

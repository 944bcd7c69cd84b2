"""`GaussianNoise`: normal numbers, added in training."""

from __future__ import annotations

from typing import Any

from geartrain import random
from geartrain.layers.layer import Layer
from geartrain.ops import add
from geartrain.random import SeedGenerator
from geartrain.tensor import Tensor


class GaussianNoise(Layer):
    """In training, normal numbers of standard deviation `stddev` are added.

    Args:
        stddev: how strong the noise is.
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`.
    """

    supports_masking = True

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev, self.seed = stddev, seed
        self.seed_generator = SeedGenerator(seed) if stddev > 0 else None

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self.seed_generator is None:
            return inputs
        noise = random.normal(inputs.shape, 0.0, self.stddev, inputs.dtype, self.seed_generator)
        return add(inputs, noise)

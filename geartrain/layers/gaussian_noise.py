"""`GaussianNoise`: normal numbers, added in training."""

from __future__ import annotations

from typing import Any

from geartrain import random
from geartrain.layers.configuration import configured
from geartrain.layers.dropout import checked_rate
from geartrain.layers.layer import Layer
from geartrain.ops import add
from geartrain.random import SeedGenerator
from geartrain.tensor import Tensor


@configured()
class GaussianNoise(Layer):
    """In training, normal numbers of standard deviation `stddev` are added.

    Args:
        stddev: how strong the noise is: from 0 to 1.
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: `stddev` is not between 0 and 1.

    >>> from geartrain import layers, ops
    >>> layers.GaussianNoise(0.5)(ops.ones(3)).numpy().tolist()
    [1.0, 1.0, 1.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev, self.seed = checked_rate(self, "stddev", stddev), seed
        self.seed_generator = SeedGenerator(seed) if self.stddev > 0 else None

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self.seed_generator is None:
            return inputs
        noise = random.normal(inputs.shape, 0.0, self.stddev, inputs.dtype, self.seed_generator)
        return add(inputs, noise)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

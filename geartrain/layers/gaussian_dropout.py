"""`GaussianDropout`: factors around 1 in training."""

from __future__ import annotations

import math
from typing import Any

from geartrain import random
from geartrain.layers.configuration import configured
from geartrain.layers.dropout import checked_rate
from geartrain.layers.layer import Layer
from geartrain.ops import multiply
from geartrain.random import SeedGenerator
from geartrain.tensor import Tensor


@configured()
class GaussianDropout(Layer):
    """In training each number is multiplied by one of mean 1 and variance rate / (1 - rate).

    Source: Srivastava et al., "Dropout" (2014), section 10.

    Args:
        rate: from 0 to 1, as of `Dropout`, whose variance it has.
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: `rate` is not between 0 and 1.

    >>> from geartrain import layers, ops
    >>> layers.GaussianDropout(0.5)(ops.ones(3)).numpy().tolist()
    [1.0, 1.0, 1.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate, self.seed = checked_rate(self, "rate", rate), seed
        self.seed_generator = SeedGenerator(seed) if self.rate > 0 else None

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self.seed_generator is None:
            return inputs
        spread = math.sqrt(self.rate / (1 - self.rate)) if self.rate < 1 else math.inf
        factors = random.normal(inputs.shape, 1.0, spread, inputs.dtype, self.seed_generator)
        return multiply(inputs, factors)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

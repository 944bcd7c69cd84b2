"""`AlphaDropout`: dropout that keeps mean and variance of what SELU gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from geartrain import random
from geartrain.layers.configuration import configured
from geartrain.layers.dropout import checked_noise_shape, checked_rate
from geartrain.layers.layer import Layer
from geartrain.ops import add, greater_equal, multiply, where
from geartrain.random import SeedGenerator
from geartrain.tensor import Tensor

LOWEST = -1.6732632423543772 * 1.0507009873554805  # what SELU gives for minus infinity


@configured()
class AlphaDropout(Layer):
    """In training each number is, with probability `rate`, the lowest that SELU gives.

    Then a * x + b brings mean and variance back to 0 and 1:
    a = ((1 - rate) * (1 + rate * lowest²))^-½, b = -a * lowest * rate.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017), section 2.

    Args:
        rate: from 0 to 1.
        noise_shape: of the choices, repeated to the input's shape; None in it is the input's size.
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: `rate` is not between 0 and 1.

    >>> from geartrain import layers, ops
    >>> layers.AlphaDropout(0.5)(ops.ones(3)).numpy().tolist()
    [1.0, 1.0, 1.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate, self.seed = checked_rate(self, "rate", rate), seed
        self.noise_shape = checked_noise_shape(self, noise_shape)
        self.seed_generator = SeedGenerator(seed) if self.rate > 0 else None

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self.seed_generator is None:
            return inputs
        given = self.noise_shape or (None,) * inputs.ndim
        sizes = zip(given, inputs.shape, strict=True)
        shape = tuple(own if size is None else size for size, own in sizes)
        drawn = random.uniform(shape, dtype=inputs.dtype, seed=self.seed_generator)
        chosen = where(greater_equal(drawn, self.rate), inputs, LOWEST)
        stays = 1 - self.rate
        factor = 1 / math.sqrt(stays * (1 + self.rate * LOWEST**2)) if stays else 0.0
        return add(multiply(chosen, factor), -factor * LOWEST * self.rate)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

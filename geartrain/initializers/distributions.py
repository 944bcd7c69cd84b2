"""Random initializers of one distribution, whatever the shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.initializers.initializer import RandomInitializer
from geartrain.tensor import Array

TRUNCATION = 2.0  # standard deviations


class RandomUniform(RandomInitializer):
    """Numbers spread evenly between `minval` and `maxval`."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.minval, self.maxval = minval, maxval

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return self.generator().uniform(self.minval, self.maxval, shape)


class RandomNormal(RandomInitializer):
    """Normally distributed numbers."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return self.generator().normal(self.mean, self.stddev, shape)


class TruncatedNormal(RandomInitializer):
    """Normally distributed numbers; those beyond two `stddev` of the mean are drawn again."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return self.mean + self.stddev * truncated_normal(self.generator(), shape)


def truncated_normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Standard normal numbers; those beyond two standard deviations are drawn again."""
    numbers = generator.standard_normal(shape)
    outside = np.abs(numbers) > TRUNCATION
    while outside.any():
        numbers[outside] = generator.standard_normal(int(outside.sum()))
        outside = np.abs(numbers) > TRUNCATION
    return numbers

"""Random initializers, most of them scaled by how many units a weight joins.

A weight of shape (..., fan_in, fan_out) gets numbers of variance `scale / n`, n being the fan-in,
the fan-out, or their mean, so that signals neither fade nor grow from layer to layer.

Sources: Glorot and Bengio (2010); He, Zhang, Ren and Sun (2015); LeCun et al. (1998).
"""

from __future__ import annotations

import math

import numpy as np

from geartrain.errors import unknown_name
from geartrain.initializers.initializer import RandomInitializer
from geartrain.tensor import Array

TRUNCATION = 2.0  # standard deviations
TRUNCATED_STDDEV = 0.87962566103423978  # of a standard normal cut off there


class RandomUniform(RandomInitializer):
    """Numbers spread evenly between `minval` and `maxval`."""

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        super().__init__(seed)
        self.minval, self.maxval = minval, maxval

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return self.generator().uniform(self.minval, self.maxval, shape)


class RandomNormal(RandomInitializer):
    """Normally distributed numbers."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return self.generator().normal(self.mean, self.stddev, shape)


class VarianceScaling(RandomInitializer):
    """Numbers of variance `scale / n`, where `mode` says what n counts.

    Args:
        scale: a positive number.
        mode: "fan_in", "fan_out" or "fan_avg".
        distribution: "truncated_normal" or "uniform".
        seed: of its own; None draws from the global one.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        super().__init__(seed)
        modes = ("fan_in", "fan_out", "fan_avg")
        if mode not in modes:
            raise ValueError(unknown_name("mode", mode, modes, remedy="mode={}"))
        self.scale, self.mode, self.distribution = scale, mode, distribution

    def numbers(self, shape: tuple[int, ...]) -> Array:
        fan_in, fan_out = fans(shape)
        count = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
        variance = self.scale / max(1.0, count[self.mode])
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return self.generator().uniform(-limit, limit, shape)
        return _truncated_normal(self.generator(), shape) * (math.sqrt(variance) / TRUNCATED_STDDEV)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs and outputs a weight joins: (kernel..., fan-in, fan-out)."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    field = math.prod(shape[:-2])
    return field * shape[-2], field * shape[-1]


def _truncated_normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Standard normal numbers; those beyond two standard deviations are drawn again."""
    numbers = generator.standard_normal(shape)
    outside = np.abs(numbers) > TRUNCATION
    while outside.any():
        numbers[outside] = generator.standard_normal(int(outside.sum()))
        outside = np.abs(numbers) > TRUNCATION
    return numbers


class GlorotUniform(VarianceScaling):
    """Even numbers of variance 2 / (fan-in + fan-out): Keras's default."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed)


class GlorotNormal(VarianceScaling):
    """Normal numbers of variance 2 / (fan-in + fan-out)."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed)


class HeUniform(VarianceScaling):
    """Even numbers of variance 2 / fan-in, for relu."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(2.0, "fan_in", "uniform", seed)


class HeNormal(VarianceScaling):
    """Normal numbers of variance 2 / fan-in, for relu."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(2.0, "fan_in", "truncated_normal", seed)


class LecunUniform(VarianceScaling):
    """Even numbers of variance 1 / fan-in."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(1.0, "fan_in", "uniform", seed)


class LecunNormal(VarianceScaling):
    """Normal numbers of variance 1 / fan-in."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(1.0, "fan_in", "truncated_normal", seed)

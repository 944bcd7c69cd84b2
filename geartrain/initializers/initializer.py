"""`Initializer`: gives the first value of a weight."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.random import numpy_generator
from geartrain.tensor import Array, Tensor, as_dtype


class Initializer(ABC):
    """Called with a shape and a dtype, gives a tensor."""

    def __call__(self, shape: Sequence[int], dtype: Any = "float32") -> Tensor:
        return Tensor(np.asarray(self.numbers(tuple(shape)), as_dtype(dtype)))

    @abstractmethod
    def numbers(self, shape: tuple[int, ...]) -> Array:
        """The numbers, in any float dtype."""


class RandomInitializer(Initializer):
    """An initializer that draws: from its own seed, or from the global one."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def generator(self) -> np.random.Generator:
        """Where the numbers are drawn from: with a seed of its own, the same each time."""
        return numpy_generator(self.seed)

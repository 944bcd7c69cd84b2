"""Initializers that give one number everywhere."""

from __future__ import annotations

import numpy as np

from geartrain.initializers.initializer import Initializer
from geartrain.tensor import Array


class Constant(Initializer):
    """`value` in every place."""

    def __init__(self, value: float = 0.0) -> None:
        self.value = value

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return np.full(shape, self.value)


class Zeros(Constant):
    """0 in every place."""

    def __init__(self) -> None:
        super().__init__(0.0)


class Ones(Constant):
    """1 in every place."""

    def __init__(self) -> None:
        super().__init__(1.0)

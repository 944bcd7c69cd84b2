"""Initializers that give one number everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.initializers.initializer import NumberInitializer
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor import Array


class Constant(NumberInitializer):
    """`value` in every place; an array is repeated to the shape.

    >>> Constant(3.0)((2,)).tolist()
    [3.0, 3.0]
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return np.broadcast_to(np.asarray(self.value), shape)

    def get_config(self) -> dict[str, Any]:
        return {"value": serialize_keras_object(self.value)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**{name: deserialize_keras_object(each) for name, each in config.items()})


class Zeros(NumberInitializer):
    """0 in every place."""

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return np.zeros(shape)


class Ones(NumberInitializer):
    """1 in every place."""

    def numbers(self, shape: tuple[int, ...]) -> Array:
        return np.ones(shape)

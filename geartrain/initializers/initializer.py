"""`Initializer`: gives the first value of a weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from geartrain.errors import explain
from geartrain.random import SeedGenerator, numpy_generator
from geartrain.random.seed import GLOBAL
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.symbolic.operation import signature_of
from geartrain.tensor import Array, DType, Tensor, as_dtype, is_floating
from geartrain.tensor.dtypes import default_float


class Initializer:
    """Called with a shape and a dtype, gives a tensor.

    A subclass defines `__call__(self, shape, dtype=None)`, and `get_config` if it has arguments.

    >>> from geartrain import initializers
    >>> class Threes(initializers.Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return initializers.Constant(3)(shape, dtype)
    >>> Threes()((2,)).tolist()
    [3.0, 3.0]
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The first value of a weight of a shape; None is `floatx`."""
        raise NotImplementedError(f"{type(self).__name__} defines no __call__(shape, dtype)")

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the initializer from."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The initializer of a config."""
        return cls(**config)

    def clone(self) -> Self:
        """Another one like it; one that was given no seed has a seed of its own."""
        return type(self).from_config(self.get_config())

    def own_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, each from the attribute of its name."""
        names = list(signature_of(type(self).__init__).parameters)[1:]
        return {name: serialize_keras_object(getattr(self, name)) for name in names}


class NumberInitializer(Initializer):
    """An initializer of which a subclass tells the numbers."""

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        return Tensor(np.asarray(self.numbers(as_sizes(shape)), self.checked_dtype(dtype)))

    def numbers(self, shape: tuple[int, ...]) -> Array:
        """The numbers, in any dtype."""
        raise NotImplementedError

    def checked_dtype(self, dtype: Any) -> DType:
        """The dtype that is meant; None is `floatx`."""
        return default_float() if dtype is None else as_dtype(dtype)


class RandomInitializer(NumberInitializer):
    """An initializer that draws.

    Args:
        seed: a whole number; or a `SeedGenerator`, which gives other numbers at each call; None
            takes a number from the global seed, once.

    Raises:
        ValueError: it is something else.
    """

    def __init__(self, seed: Any = None) -> None:
        if isinstance(seed, dict):
            seed = deserialize_keras_object(seed)
        if seed is not None and not isinstance(seed, int | np.integer | SeedGenerator):
            raise ValueError(_seed_message(self, seed))
        self._given = seed
        self.seed: Any = GLOBAL.next_weight_seed() if seed is None else seed

    def generator(self) -> np.random.Generator:
        """Where the numbers are drawn from: with a number as the seed, the same each time."""
        return numpy_generator(self.seed)

    def checked_dtype(self, dtype: Any) -> DType:
        wanted = super().checked_dtype(dtype)
        if is_floating(wanted) or wanted.kind == "c":
            return wanted
        raise ValueError(_dtype_message(self, wanted))

    def get_config(self) -> dict[str, Any]:
        own = {"seed": None, **self.own_config()}  # first, as Keras has it
        return {**own, "seed": serialize_keras_object(self._given)}


def as_sizes(shape: Any) -> tuple[int, ...]:
    """A shape as a tuple of whole numbers."""
    sizes: Sequence[Any] = (shape,) if isinstance(shape, int) else tuple(shape)
    return tuple(int(size) for size in sizes)


def _seed_message(initializer: Initializer, seed: object) -> str:
    return explain(
        f"{type(initializer).__name__} cannot draw from this seed",
        given=f"seed={seed!r}",
        expected="a whole number, a random.SeedGenerator, or None",
        remedy=f"{type(initializer).__name__}(seed=0)",
    )


def _dtype_message(initializer: Initializer, dtype: DType) -> str:
    return explain(
        f"{type(initializer).__name__} gives floating-point numbers",
        given=f"dtype={dtype.name!r}",
        expected="a weight of floats",
        remedy="initializer='zeros' for a weight of whole numbers",
    )

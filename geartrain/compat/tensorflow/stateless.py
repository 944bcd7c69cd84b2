"""`tf.image.stateless_random_*`: changes by chance, the same ones for one seed of two numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.compat.tensorflow.random import seed_of
from geartrain.tensor import Tensor

Change = Callable[..., Tensor]


def without_amount(name: str, change: Change) -> Change:
    """A change that takes an image and a seed of two numbers."""

    def function(image: Any, seed: Any) -> Tensor:
        return change(image, seed=seed_of(seed))

    return _named(function, name, change)


def up_to(name: str, change: Change) -> Change:
    """One by an amount up to a largest one."""

    def function(image: Any, max_delta: Any, seed: Any) -> Tensor:
        return change(image, max_delta, seed=seed_of(seed))

    return _named(function, name, change)


def between(name: str, change: Change, *, optional: bool = False) -> Change:
    """One by an amount between two; TensorFlow has one of them with a default for the seed."""

    def function(image: Any, lower: Any, upper: Any, seed: Any) -> Tensor:
        return change(image, lower, upper, seed=seed_of(seed))

    function.__defaults__ = (None,) if optional else None
    return _named(function, name, change)


def of_a_size(name: str, change: Change) -> Change:
    """A part of a size."""

    def function(value: Any, size: Any, seed: Any, name: str | None = None) -> Tensor:
        return change(value, size, seed=seed_of(seed))

    return _named(function, name, change)


def _named(function: Any, name: str, change: Change) -> Change:
    named = f"stateless_{name}"
    function.__name__ = function.__qualname__ = named
    function.__doc__ = (change.__doc__ or "") + " The same for one seed of two numbers."
    found: Change = function
    return found

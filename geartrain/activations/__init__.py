"""Activations by name: `relu`, `softmax`, ... and `get`, which finds them.

Start reading at `get`, below.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import unknown_name
from geartrain.ops import relu, sigmoid, softmax, tanh
from geartrain.tensor import Tensor

Activation = Callable[[Any], Tensor]


def linear(x: Any) -> Any:
    """x itself."""
    return x


NAMES: dict[str, Activation] = {
    "linear": linear,
    "relu": relu,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "tanh": tanh,
}


def get(identifier: Any) -> Activation:
    """The function that a name (or a function, or None for `linear`) means."""
    if identifier is None:
        return linear
    if callable(identifier):
        return identifier  # type: ignore[no-any-return]
    if identifier in NAMES:
        return NAMES[identifier]
    raise ValueError(unknown_name("activation", identifier, NAMES, remedy="activation={}"))


__all__ = ["get", "linear", "relu", "sigmoid", "softmax", "tanh"]

"""Activations by name: `relu`, `softmax`, ... and `get`, which finds them.

Start reading at `get`, below.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import unknown_name
from geartrain.ops import (
    celu,
    elu,
    exp,
    gelu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    squareplus,
    tanh,
    tanh_shrink,
)
from geartrain.serialization import deserialize_keras_object, serialize_function
from geartrain.tensor import Tensor

Activation = Callable[[Any], Tensor]


def linear(x: Any) -> Any:
    """x itself."""
    return x


def gelu_exact(x: Any, approximate: bool = False) -> Tensor:
    """x times the chance that a standard normal number is below x (Hendrycks, Gimpel 2016)."""
    return gelu(x, approximate)


NAMES: dict[str, Activation] = {
    "celu": celu,
    "elu": elu,
    "exponential": exp,
    "gelu": gelu_exact,
    "glu": glu,
    "hard_shrink": hard_shrink,
    "hard_sigmoid": hard_sigmoid,
    "hard_silu": hard_silu,
    "hard_swish": hard_silu,
    "hard_tanh": hard_tanh,
    "leaky_relu": leaky_relu,
    "linear": linear,
    "log_sigmoid": log_sigmoid,
    "log_softmax": log_softmax,
    "relu": relu,
    "relu6": relu6,
    "selu": selu,
    "sigmoid": sigmoid,
    "silu": silu,
    "soft_shrink": soft_shrink,
    "softmax": softmax,
    "softplus": softplus,
    "softsign": softsign,
    "sparse_plus": sparse_plus,
    "squareplus": squareplus,
    "swish": silu,
    "tanh": tanh,
    "tanh_shrink": tanh_shrink,
}


def get(identifier: Any) -> Activation:
    """The function that a name (or a function, or None for `linear`) means."""
    if isinstance(identifier, dict):
        return deserialize_keras_object(identifier)
    if identifier is None:
        return linear
    if callable(identifier):
        return identifier  # type: ignore[no-any-return]
    if identifier in NAMES:
        return NAMES[identifier]
    raise ValueError(unknown_name("activation", identifier, NAMES, remedy="activation={}"))


def serialize(activation: Any) -> Any:
    """The name of a function of this room; another one in Keras's form."""
    return serialize_function(activation, NAMES)


__all__ = ["get", "linear", "relu", "sigmoid", "softmax", "tanh"]

"""Activations by name: `relu`, `softmax`, ... and `get`, which finds them.

Most are the operations of their names in `geartrain.ops`; `functions.py` has the others.

Start reading at `get`, below.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from geartrain.activations.functions import exponential, gelu, linear, mish, relu
from geartrain.errors import unknown_name
from geartrain.ops import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from geartrain.serialization import (
    deserialize_function,
    serialize_function,
)
from geartrain.tensor import Tensor

Activation = Callable[..., Tensor]

swish, hard_swish = silu, hard_silu

NAMES: dict[str, Activation] = {
    "celu": celu,
    "elu": elu,
    "exponential": exponential,
    "gelu": gelu,
    "glu": glu,
    "hard_shrink": hard_shrink,
    "hard_sigmoid": hard_sigmoid,
    "hard_silu": hard_silu,
    "hard_swish": hard_swish,
    "hard_tanh": hard_tanh,
    "leaky_relu": leaky_relu,
    "linear": linear,
    "log_sigmoid": log_sigmoid,
    "log_softmax": log_softmax,
    "mish": mish,
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
    "sparse_sigmoid": sparse_sigmoid,
    "sparsemax": sparsemax,
    "squareplus": squareplus,
    "swish": swish,
    "tanh": tanh,
    "tanh_shrink": tanh_shrink,
    "threshold": threshold,
}


def get(identifier: Any) -> Activation:
    """The function that a name, a config or a function means; None is `linear`.

    Raises:
        ValueError: no activation has the name.
    """
    if identifier is None:
        return linear
    if callable(identifier):
        return cast("Activation", identifier)
    found = deserialize(identifier) if isinstance(identifier, str | dict) else None
    if callable(found):
        return cast("Activation", found)
    raise ValueError(unknown_name("activation", identifier, NAMES, remedy="activation={}"))


def serialize(activation: Any) -> Any:
    """An activation's name; the config of one that is a layer, or your own.

    >>> serialize(relu), serialize(swish)
    ('relu', 'silu')
    """
    return serialize_function(activation, NAMES)


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The activation of a name or config.

    >>> deserialize("relu") is relu
    True
    """
    return deserialize_function(config, NAMES, custom_objects)


__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]

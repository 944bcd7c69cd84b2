"""Initial values of weights: `GlorotUniform`, `Zeros`, ... under Keras's names.

Start reading at `initializer.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import unknown_name
from geartrain.initializers.constant import Constant, Ones, Zeros
from geartrain.rooms import LaterNames, loading_later
from geartrain.serialization import deserialize_of, named_class, serialize_keras_object
from geartrain.tensor import Tensor

with loading_later(__name__):
    from geartrain.initializers.distributions import RandomNormal, RandomUniform, TruncatedNormal
    from geartrain.initializers.initializer import Initializer, RandomInitializer
    from geartrain.initializers.matrices import Identity, Orthogonal
    from geartrain.initializers.scaled import (
        GlorotNormal,
        GlorotUniform,
        HeNormal,
        HeUniform,
        LecunNormal,
        LecunUniform,
        VarianceScaling,
    )
    from geartrain.initializers.stft import STFT

    glorot_normal = GlorotNormal
    glorot_uniform = GlorotUniform
    he_normal = HeNormal
    he_uniform = HeUniform
    identity = IdentityInitializer = Identity
    lecun_normal = LecunNormal
    lecun_uniform = LecunUniform
    orthogonal = OrthogonalInitializer = Orthogonal
    random_normal = RandomNormal
    random_uniform = RandomUniform
    stft = STFTInitializer = STFT
    truncated_normal = TruncatedNormal
    variance_scaling = VarianceScaling


constant = Constant
ones = Ones
zeros = Zeros

NAMES = LaterNames(
    __name__,
    {
        "constant": "Constant",
        "glorot_normal": "GlorotNormal",
        "glorot_uniform": "GlorotUniform",
        "he_normal": "HeNormal",
        "he_uniform": "HeUniform",
        "identity": "Identity",
        "lecun_normal": "LecunNormal",
        "lecun_uniform": "LecunUniform",
        "normal": "RandomNormal",
        "one": "Ones",
        "ones": "Ones",
        "orthogonal": "Orthogonal",
        "random_normal": "RandomNormal",
        "random_uniform": "RandomUniform",
        "stft": "STFT",
        "truncated_normal": "TruncatedNormal",
        "uniform": "RandomUniform",
        "variance_scaling": "VarianceScaling",
        "zero": "Zeros",
        "zeros": "Zeros",
    },
)
deserialize = deserialize_of("initializers", lambda: NAMES)


def serialize(initializer: Any) -> Any:
    """An initializer as a config that can be written to JSON.

    >>> serialize(Constant(3.0))["config"]
    {'value': 3.0}
    """
    return serialize_keras_object(initializer)


def get(identifier: Any) -> Any:
    """The initializer that a name, a class, a config, an array or an object means; None is None.

    Raises:
        ValueError: no initializer has the name.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, np.ndarray | Tensor):
        return _always(identifier)
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier):
        return identifier
    found = named_class("initializers", NAMES, identifier) if isinstance(identifier, str) else None
    if found is not None:
        return found() if isinstance(found, type) else found
    raise ValueError(unknown_name("initializer", identifier, NAMES, remedy="kernel_initializer={}"))


def _always(value: Any) -> Any:
    """A function of shape and dtype that gives an array as it is."""

    def initialize(shape: Any, dtype: Any = None) -> Tensor:
        found: Tensor = Constant(np.asarray(value))(shape, dtype)
        return found

    return initialize


__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomInitializer",
    "RandomNormal",
    "RandomUniform",
    "STFT",
    "STFTInitializer",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "stft",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

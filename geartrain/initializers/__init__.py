"""Initial values of weights: `GlorotUniform`, `Zeros`, ... under Keras's names.

Start reading at `initializer.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name
from geartrain.initializers.constant import Constant, Ones, Zeros
from geartrain.initializers.initializer import Initializer
from geartrain.initializers.matrices import Identity, Orthogonal
from geartrain.initializers.scaled import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    RandomNormal,
    RandomUniform,
    VarianceScaling,
)
from geartrain.serialization import deserialize_keras_object

NAMES: dict[str, type[Initializer]] = {
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "he_normal": HeNormal,
    "he_uniform": HeUniform,
    "identity": Identity,
    "lecun_normal": LecunNormal,
    "lecun_uniform": LecunUniform,
    "normal": RandomNormal,
    "one": Ones,
    "ones": Ones,
    "orthogonal": Orthogonal,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "uniform": RandomUniform,
    "variance_scaling": VarianceScaling,
    "zero": Zeros,
    "zeros": Zeros,
}


def get(identifier: Any) -> Any:
    """The initializer that a name, a class or an object means."""
    if isinstance(identifier, dict):
        return deserialize_keras_object(identifier)
    if isinstance(identifier, str) and identifier in __all__:
        identifier = globals()[identifier]  # the name of a class, as Keras takes it too
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier):
        return identifier
    if identifier in NAMES:
        return NAMES[identifier]()
    raise ValueError(unknown_name("initializer", identifier, NAMES, remedy="kernel_initializer={}"))


__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "VarianceScaling",
    "Zeros",
    "get",
]

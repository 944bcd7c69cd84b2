"""Bounds on weights, put in force after each step: `MaxNorm`, `NonNeg`, ... under Keras's names.

A constraint is called with a weight and gives the weight as it may be.

Start reading at `norms.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.constraints.norms import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from geartrain.errors import unknown_name
from geartrain.serialization import deserialize_keras_object

max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm
NAMES: dict[str, type[Constraint]] = {
    "max_norm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
}


def get(identifier: Any) -> Any:
    """The constraint that a name, a class or an object means; None is none.

    Raises:
        ValueError: no constraint has the name.
    """
    if isinstance(identifier, dict):
        return deserialize_keras_object(identifier)
    if identifier is None or (callable(identifier) and not isinstance(identifier, type)):
        return identifier
    if isinstance(identifier, type):
        return identifier()
    if identifier in NAMES:
        return NAMES[identifier]()
    raise ValueError(unknown_name("constraint", identifier, NAMES, remedy="constraint={}"))


__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "unit_norm",
]

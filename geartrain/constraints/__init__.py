"""Bounds on weights, put in force after each step: `MaxNorm`, `NonNeg`, ... under Keras's names.

A constraint is called with a weight and gives the weight as it may be.

Start reading at `norms.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.constraints.norms import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from geartrain.errors import unknown_name
from geartrain.serialization import deserialize_of, named_class, serialize_keras_object

max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm
NAMES: dict[str, type[Constraint]] = {
    "max_norm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
}


deserialize = deserialize_of("constraints", lambda: NAMES)


def serialize(constraint: Any) -> Any:
    """A constraint as a config that can be written to JSON.

    >>> serialize(MaxNorm(3))["config"]
    {'max_value': 3, 'axis': 0}
    """
    return serialize_keras_object(constraint)


def get(identifier: Any) -> Any:
    """The constraint that a name, a class, a config or an object means; None is none.

    Raises:
        ValueError: no constraint has the name.
    """
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, type):
        return identifier()
    if identifier is None or callable(identifier):
        return identifier
    found = named_class("constraints", NAMES, identifier) if isinstance(identifier, str) else None
    if found is not None:
        return found() if isinstance(found, type) else found
    raise ValueError(unknown_name("constraint", identifier, NAMES, remedy="constraint={}"))


__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]

"""Penalties on weights, added to the loss: `L1`, `L2`, `L1L2` under Keras's names.

A regularizer is called with a weight and gives a scalar; a layer adds it to its `losses`, and
training adds those to the loss.

Start reading at `norms.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name
from geartrain.regularizers.norms import L1, L1L2, L2
from geartrain.regularizers.orthogonal import OrthogonalRegularizer
from geartrain.regularizers.regularizer import Regularizer
from geartrain.serialization import deserialize_of, named_class, serialize_keras_object

l1, l2, l1_l2 = L1, L2, L1L2
orthogonal_regularizer = OrthogonalRegularizer
NAMES: dict[str, type[Regularizer]] = {
    "l1": L1,
    "l2": L2,
    "l1_l2": L1L2,
    "l1l2": L1L2,
    "orthogonal_regularizer": OrthogonalRegularizer,
}
deserialize = deserialize_of("regularizers", lambda: NAMES)


def serialize(regularizer: Any) -> Any:
    """A regularizer as a config that can be written to JSON.

    >>> serialize(L2(0.5))["config"]
    {'l2': 0.5}
    """
    return serialize_keras_object(regularizer)


def get(identifier: Any) -> Any:
    """The regularizer that a name, a class, a config or an object means; None is none.

    Raises:
        ValueError: no regularizer has the name.
    """
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, type):
        return identifier()
    if identifier is None or callable(identifier):
        return identifier
    found = named_class("regularizers", NAMES, identifier) if isinstance(identifier, str) else None
    if found is not None:
        return found() if isinstance(found, type) else found
    raise ValueError(unknown_name("regularizer", identifier, NAMES, remedy="regularizer={}"))


__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]

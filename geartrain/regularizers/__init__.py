"""Penalties on weights, added to the loss: `L1`, `L2`, `L1L2` under Keras's names.

A regularizer is called with a weight and gives a scalar; a layer adds it to its `losses`, and
training adds those to the loss.

Start reading at `norms.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name
from geartrain.regularizers.norms import L1, L1L2, L2, Regularizer
from geartrain.serialization import deserialize_keras_object

l1, l2, l1_l2 = L1, L2, L1L2
NAMES: dict[str, type[Regularizer]] = {"l1": L1, "l2": L2, "l1_l2": L1L2, "l1l2": L1L2}


def get(identifier: Any) -> Any:
    """The regularizer that a name, a class or an object means; None is none.

    Raises:
        ValueError: no regularizer has the name.
    """
    if isinstance(identifier, dict):
        return deserialize_keras_object(identifier)
    if identifier is None or (callable(identifier) and not isinstance(identifier, type)):
        return identifier
    if isinstance(identifier, type):
        return identifier()
    if str(identifier).lower() in NAMES:
        return NAMES[identifier.lower()]()
    raise ValueError(unknown_name("regularizer", identifier, NAMES, remedy="regularizer={}"))


__all__ = ["L1", "L1L2", "L2", "Regularizer", "get", "l1", "l1_l2", "l2"]

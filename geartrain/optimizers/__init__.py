"""Optimizers: how weights follow their gradients downhill, under Keras's names.

Start reading at `optimizer.py`, then `sgd.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import unknown_name
from geartrain.optimizers.adam import Adam
from geartrain.optimizers.optimizer import Optimizer
from geartrain.optimizers.rmsprop import RMSprop
from geartrain.optimizers.sgd import SGD

NAMES: dict[str, Callable[[], Optimizer]] = {"adam": Adam, "rmsprop": RMSprop, "sgd": SGD}


def get(identifier: Any) -> Optimizer:
    """The optimizer that a name, a class or an object means."""
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Optimizer):
        made: Callable[[], Optimizer] = identifier
        return made()
    if isinstance(identifier, str) and identifier.lower() in NAMES:
        return NAMES[identifier.lower()]()
    raise ValueError(
        unknown_name("optimizer", identifier, NAMES, remedy="model.compile(optimizer={}, ...)")
    )


__all__ = ["SGD", "Adam", "Optimizer", "RMSprop", "get"]

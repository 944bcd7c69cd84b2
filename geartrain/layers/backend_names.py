"""`self.backend` of layers before the network, as Keras's have it: operations by their rooms.

    self.backend.cast(x, "float32"), self.backend.numpy.mean(x), self.backend.random.uniform(...)

Keras's layers for data may run on two engines, and ask this name for the one of the moment. Here
there is one, and the name is for classes that derive from them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

ROOMS = {"core": "ops", "image": "ops.image", "linalg": "ops.linalg", "math": "ops",
         "nn": "ops.nn", "numpy": "ops.numpy", "random": "random"}  # fmt: skip


class BackendNames:
    """Finds operations by name, and rooms of them.

    >>> BackendNames().cast(2, "float32").dtype.name, float(BackendNames().numpy.maximum(1.0, 2.0))
    ('float32', 2.0)
    """

    def __getattr__(self, name: str) -> Any:
        if name in ROOMS:
            return import_module(f"geartrain.{ROOMS[name]}")
        return getattr(import_module("geartrain.ops"), name)


class AsksBackend:
    """A layer with `self.backend`."""

    @property
    def backend(self) -> BackendNames:
        """Operations by name, as Keras's layers for data find them."""
        return BackendNames()

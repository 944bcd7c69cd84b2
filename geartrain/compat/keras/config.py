"""`keras.config` behind the door: the backend is the one whose way of writing runs there."""

from __future__ import annotations

from geartrain import config
from geartrain.compat.keras.backend.session import backend

__all__ = ["backend", "set_backend"]


def set_backend(backend: str) -> None:
    """Choose the backend: "tensorflow", which the door stands for.

    Raises:
        ValueError: another one.
    """
    if backend != "tensorflow":
        config.set_backend(backend)

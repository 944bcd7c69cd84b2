"""Opening and closing the door."""

from __future__ import annotations

import sys
from importlib import import_module

from geartrain.compat.door.facade import Facade
from geartrain.compat.door.finder import FINDER, door_modules
from geartrain.compat.door.messages import imported_message
from geartrain.compat.door.paths import ROOTS
from geartrain.compat.door.strangers import STRANGER, stranger_modules


def install() -> None:
    """Let `import keras` and `import tensorflow` lead to Geartrain, for the whole process.

    It comes before the first such import. What Keras 1 and 2 took is taken from then on as well:
    `nb_epoch`, `fit_generator`, `trainable` that is fixed by `compile` (`compat/keras/habits.py`).

    Raises:
        ImportError: one of them is imported already.

    >>> from geartrain import compat
    >>> compat.install()
    >>> import keras.layers as L
    >>> from tensorflow.keras.layers import Dense
    >>> Dense is L.Dense
    True
    >>> compat.uninstall()
    """
    for name in ROOTS:
        there = sys.modules.get(name)
        if there is not None and not isinstance(there, Facade):
            raise ImportError(imported_message(name, there), name=name)
    if not is_installed():
        sys.meta_path.insert(0, FINDER)
        sys.meta_path.append(STRANGER)
        import_module("geartrain.compat.keras.habits").adopt()


def uninstall() -> None:
    """Close the door again: what was imported through it stays with those who have it."""
    if is_installed():
        sys.meta_path.remove(FINDER)
        sys.meta_path.remove(STRANGER)
        import_module("geartrain.compat.keras.habits").drop()
        for name in [*door_modules(), *stranger_modules()]:
            del sys.modules[name]


def is_installed() -> bool:
    """Whether the door is open."""
    return FINDER in sys.meta_path

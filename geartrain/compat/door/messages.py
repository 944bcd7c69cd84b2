"""What is said of names that are not there, and of libraries that were there first."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from geartrain.absent import why_absent
from geartrain.compat.door.paths import DEEP_FILES, ROOMS, is_path
from geartrain.errors import explain, nearest


def missing_message(module: Any, name: str) -> str:
    """What is wrong with a name that a module of the door has not."""
    path = module.__name__
    if path in DEEP_FILES:
        return _deep_message(path, name)
    close = nearest(name, dir(module))
    elsewhere = _rooms_with(name, path)
    hints = [f"{each}.{name}" for each in elsewhere] + [f"{path}.{each}" for each in close]
    why = why_absent(path, name)
    if why:
        return explain(
            f"{path} has no '{name}' here: {why}",
            given=f"{path}.{name}, where {path} is Geartrain's",
            expected="the other names of Keras",
            remedy=f"dir({path})",
        )
    place, _, found = (hints or [f"{path}.{name}"])[0].rpartition(".")
    return explain(
        f"{path} has no '{name}' here",
        given=f"{path}.{name}, where {path} is Geartrain's",
        expected=f"nearest: {', '.join(hints)}" if hints else "a name that dir() shows",
        remedy=f"from {place} import {found}" if hints else f"dir({path})",
    )


def _deep_message(path: str, name: str) -> str:
    return explain(
        f"{path} has no '{name}' here: what changes TensorFlow's own record of operations is not",
        given=f"tensorflow.python{path.removeprefix('tensorflow')}.{name}",
        expected="what TensorFlow has in public: tf.GradientTape, tf.custom_gradient, ...",
        remedy="with tf.GradientTape() as tape: ...   # tape.gradient(y, x)",
    )


def _rooms_with(name: str, path: str) -> list[str]:
    """The rooms of Keras in which a name is, other than the one that was asked."""
    rooms = ["keras", *(f"keras.{room}" for room in ROOMS)]
    found = [room for room in rooms if room != path and is_path(room) and _has(room, name)]
    return found[:2]


def _has(room: str, name: str) -> bool:
    return name in getattr(import_module(room.replace("keras", "geartrain", 1)), "__all__", ())


def imported_message(name: str, module: Any) -> str:
    """What is wrong with installing behind a library that is imported already."""
    return explain(
        f"geartrain.compat.install() comes too late: {name} is imported already",
        given=f"{name} of {getattr(module, '__file__', None) or 'another place'}",
        expected="install() before the first `import keras` or `import tensorflow`",
        remedy="import geartrain; geartrain.compat.install()  # as the first line",
    )

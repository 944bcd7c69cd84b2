"""`serialize`, `deserialize` and `get` of a room, made of the room's table of names.

initializers.get("zeros"), .get({"class_name": "Zeros", "config": {}})   ->   Zeros()
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from geartrain.errors import explain
from geartrain.serialization.names import WRITTEN, public_attribute
from geartrain.serialization.reading import deserialize_keras_object
from geartrain.serialization.registry import get_registered_object
from geartrain.serialization.writing import serialize_keras_object


def deserialize_of(
    room: str, names: Callable[[], Mapping[str, Any]] | None = None
) -> Callable[..., Any]:
    """The function `deserialize(config, custom_objects=None)` of a room.

    Args:
        room: its name: "initializers".
        names: gives the room's further names ("glorot_uniform", "mse") with what they mean.
    """

    def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The object that a config tells of: see `saving.deserialize_keras_object`.

        Args:
            config: what `serialize` gave; a name alone is a config without arguments.
            custom_objects: your own classes and functions by name.
        """
        known = names() if names else {}
        if isinstance(config, str):
            return named_object(room, config, known, custom_objects)
        if isinstance(config, dict) and isinstance(config.get("class_name"), str):
            config = with_room(room, config, known)
        return deserialize_keras_object(config, custom_objects, module_objects=known)

    return deserialize


def with_room(room: str, config: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """A config with the module that it leaves out, or gives the class's name in small letters."""
    name = config["class_name"]
    named = config.get("module") is not None or config.get("registered_name")
    if named or name in known or get_registered_object(name) is not None:
        return {"config": {}, **config}
    if public_attribute(room, name) is None:
        return {"config": {}, **config}
    return {"config": {}, **config, "module": WRITTEN[room]}


def named_object(
    room: str, name: str, known: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Any:
    """What a name means in a room: an object of a class, a function; the name, if nothing."""
    found = get_registered_object(name, custom_objects)
    if found is None:
        found = known.get(name)
    if found is None:
        found = public_attribute(room, name)
    if inspect.isclass(found):
        return found()
    return name if found is None else found


def named_class(room: str, names: Mapping[str, Any], identifier: str) -> Any:
    """The class that a name means in a room, its own or registered; None, if nothing has it."""
    return get_registered_object(identifier) or names.get(identifier) or _own(room, identifier)


def _own(room: str, name: str) -> Any:
    found = public_attribute(room, name)
    return found if inspect.isclass(found) else None


def from_dict(room: str, config: Any, kind: type, custom: Any = None) -> Any:
    """The object of a config, which must be of a kind.

    Raises:
        ValueError: it is something else.
    """
    made = deserialize_of(room)(config, custom)
    if isinstance(made, kind):
        return made
    raise ValueError(
        explain(
            f"{room}.deserialize was given something else",
            given=repr(config),
            expected=f"the config of a {kind.__name__}, as {room}.serialize gives it",
            remedy="{'module': 'keras.layers', 'class_name': 'Dense', 'config': {'units': 10}}",
        )
    )


def serialize_function(function: Any, names: Mapping[str, Any]) -> Any:
    """A function of a room by its plain name, others in Keras's form."""
    if isinstance(function, FunctionType):
        plain = function.__name__
        if names.get(plain) is function:
            return plain
        other = next((name for name, each in names.items() if each is function), None)
        if other is not None:
            return other
    return serialize_keras_object(function)


def deserialize_function(
    config: Any, names: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Any:
    """The function, or layer, of a name or config."""
    if isinstance(config, str):
        found = get_registered_object(config, custom_objects)
        return names.get(config, config) if found is None else found
    return deserialize_keras_object(config, custom_objects, module_objects=names)

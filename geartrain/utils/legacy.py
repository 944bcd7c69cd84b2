"""Names that Keras keeps for what it did before its third version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geartrain.serialization import deserialize_keras_object as read
from geartrain.serialization import get_registered_name

__all__ = ["deserialize_keras_object", "serialize_keras_object"]


def serialize_keras_object(instance: Any) -> Any:
    """The older form of an object with a config: `{"class_name", "config"}`; functions by name.

    Raises:
        ValueError: it has neither a config nor a name.
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        name = get_registered_name(type(instance))
        return {"class_name": name, "config": instance.get_config()}
    if hasattr(instance, "__name__"):
        return get_registered_name(instance)
    raise ValueError(f"Cannot serialize {instance!r}: give it get_config()")


def deserialize_keras_object(
    identifier: Any,
    module_objects: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",  # noqa: ARG001  (older messages named it)
) -> Any:
    """The object of an older config, or of a name among `module_objects`."""
    return read(identifier, custom_objects, module_objects=module_objects)

"""Layers as plain data, and back: `layers.serialize` and `layers.deserialize`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.serialization import deserialize_keras_object, serialize_keras_object


def serialize(layer: Layer) -> dict[str, Any]:
    """A layer's class, config and the shapes that it was built for, in Keras's form.

    >>> from geartrain import layers
    >>> layers.serialize(layers.Flatten(name="flat"))["class_name"]
    'Flatten'
    """
    config: dict[str, Any] = serialize_keras_object(layer)
    return config


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Layer:
    """The layer that `serialize` wrote; its weights are new.

    Raises:
        ValueError: it is not the config of a layer.
    """
    made = deserialize_keras_object(config, custom_objects)
    if isinstance(made, Layer):
        return made
    raise ValueError(
        explain(
            "layers.deserialize was given something else",
            given=f"{config!r}"[:500],
            expected="the config of a layer, as layers.serialize gives it",
            remedy="layers.deserialize(layers.serialize(layer))",
        )
    )

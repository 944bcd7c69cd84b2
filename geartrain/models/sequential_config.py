"""A `Sequential` as a config, in Keras's form, and one made of a config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geartrain.layers import InputLayer, Layer
from geartrain.layers.symbolic import input_layer_of
from geartrain.serialization import deserialize_keras_object, serialize_keras_object, within


def sequential_config(model: Any) -> dict[str, Any]:
    """Name, dtype and layers; once it is built, the entrance and its shape as well."""
    layers, symbols = model._layers, model._symbols
    entrance = input_layer_of(symbols[0]) if symbols else None
    if isinstance(entrance, InputLayer) and not isinstance(layers[:1] and layers[0], InputLayer):
        layers = [entrance, *layers]
    base = {name: each for name, each in Layer.get_config(model).items()
            if name in ("name", "trainable", "dtype")}  # fmt: skip
    config = {**base, "layers": [serialize_keras_object(each) for each in layers]}
    if isinstance(entrance, InputLayer):
        config["build_input_shape"] = entrance.batch_shape
    return config


def sequential_of(cls: Any, config: Any, custom_objects: Mapping[str, Any] | None) -> Any:
    """A stack of layers of a config; of a list of layers too, which an older Keras wrote."""
    if isinstance(config, list):
        config = {"layers": config}
    with within(custom_objects):
        layers = [deserialize_keras_object(each) for each in config["layers"]]
    beside = {"trainable": config["trainable"]} if "trainable" in config else {}
    model = cls(layers, name=config.get("name"), **beside)
    model.dtype_policy = config.get("dtype")
    shape = config.get("build_input_shape")
    if shape and not model.built and layers:
        model.build(tuple(shape))
        model.built = True
    return model

"""`.h5` as Keras 2 wrote it: a model's config and its weights, layer by layer, in one HDF5 file.

    attributes: model_config (JSON), training_config (JSON), keras_version, backend
    model_weights/      attribute layer_names; a group a layer: attribute weight_names, and arrays
    optimizer_weights/  attribute weight_names, and arrays

A file of weights alone is what `model_weights` is here.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.saving.older_config import modern, modern_training
from geartrain.saving.store import h5py, replacing
from geartrain.saving.weights import has_group, read_array, write_array
from geartrain.serialization import deserialize_keras_object, serialize_keras_object, within
from geartrain.tensor import Variable, format_shape

MOST_IN_ATTRIBUTE = 64_000  # bytes: HDF5 keeps attributes below 64 KiB
TOP = "top_level_model_weights"
# Short names of losses, which Keras does not read in these files, and the long ones.
LONG_NAMES = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
VERSION, BACKEND = "3.15.1", "geartrain"


# -- writing ---------------------------------------------------------------------------------------


def write_older_model(model: Any, path: Path, include_optimizer: bool = True) -> None:
    """Write a model in the older form."""
    with replacing(path) as beside, h5py().File(beside, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = VERSION, BACKEND
        config = serialize_keras_object(model)
        training = config.get("compile_config")
        file.attrs["model_config"] = json.dumps(older(config)).encode("utf-8")
        write_older_weights(model, file.create_group("model_weights"))
        if include_optimizer and training:
            beside_optimizer = {k: v for k, v in training.items() if k != "optimizer"}
            training = {**beside_optimizer, "optimizer_config": older(training["optimizer"])}
            training["loss"] = LONG_NAMES.get(str(training["loss"]), training["loss"])
            file.attrs["training_config"] = json.dumps(training).encode("utf-8")
            group = file.create_group("optimizer_weights")
            _write_arrays(group, model.optimizer.variables)


def older(config: Any) -> Any:
    """A config without what the older form has not: layers and models by class alone."""
    if not isinstance(config, dict) or "class_name" not in config:
        return config
    inner = config["config"]
    if isinstance(inner, dict) and isinstance(inner.get("layers"), list):
        inner = {**inner, "layers": [older(each) for each in inner["layers"]]}
    kept = {name: config[name] for name in ("name", "inbound_nodes") if name in config}
    module = str(config.get("module") or "")
    named = {"module": module} if module.startswith("keras.src.ops") else {}
    name = config["class_name"] if module else config["registered_name"]
    return {**named, "class_name": name, "config": inner, **kept}


def write_older_weights(model: Any, group: Any) -> None:
    """Write the weights layer by layer, under their names."""
    group.attrs["keras_version"], group.attrs["backend"] = VERSION, BACKEND
    _write_names(group, "layer_names", [layer.name for layer in model.layers])
    for layer in model.layers:
        _write_arrays(group.create_group(layer.name), older_weights(layer))
    _write_arrays(group.create_group(TOP), _own_weights(model))


def older_weights(layer: Any) -> list[Variable]:
    """The weights in the order of the older form: those that train, then the others."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _own_weights(model: Any) -> list[Variable]:
    """A model's own weights, which no layer holds."""
    held = {id(weight) for layer in model.layers for weight in layer.weights}
    return [weight for weight in older_weights(model) if id(weight) not in held]


def _write_arrays(group: Any, variables: Sequence[Variable]) -> None:
    names: list[str] = []
    for variable in variables:
        path = str(variable.path or variable.name)
        names.append(f"{path}_{len(names)}" if path in names else path)
        write_array(group, names[-1], variable)
    _write_names(group, "weight_names", names)


def _write_names(group: Any, key: str, names: Sequence[str]) -> None:
    """Names as an attribute; many of them as several."""
    encoded = [name.encode("utf-8") for name in names]
    most = max((len(name) for name in encoded), default=1)
    if most > MOST_IN_ATTRIBUTE:
        raise ValueError(f"a name of {most:,} bytes does not fit into an HDF5 attribute")
    count = max(MOST_IN_ATTRIBUTE // most, 1)
    if len(encoded) <= count:
        group.attrs[key] = np.array(encoded) if encoded else np.zeros(0, "S1")
        return
    for part, start in enumerate(range(0, len(encoded), count)):
        group.attrs[f"{key}{part}"] = np.array(encoded[start : start + count])


# -- reading ---------------------------------------------------------------------------------------


def read_older_model(
    path: Path,
    custom_objects: Mapping[str, Any] | None = None,
    compiled: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model of an older file, of Keras 2 or 3 or Geartrain.

    Raises:
        ValueError: the file has weights only, or is damaged.
    """
    with h5py().File(path, "r") as file:
        if "model_config" not in file.attrs:
            raise ValueError(_no_config_message(path))
        with within(custom_objects):
            second = _text(file.attrs.get("keras_version", "1")).startswith(("1", "2"))
            config = modern(json.loads(_text(file.attrs["model_config"])), second)
            model = deserialize_keras_object(config, safe_mode=safe_mode)
            load_older_weights(model, file)
            training = file.attrs.get("training_config")
            if compiled and training is not None:
                _compile(model, json.loads(_text(training)), file)
    return model


def _compile(model: Any, training: dict[str, Any], file: Any) -> None:
    model.compile_from_config(modern_training(training))
    if "optimizer_weights" in file and getattr(model, "optimizer", None) is not None:
        _give_state(model.optimizer, file["optimizer_weights"])


def _give_state(optimizer: Any, group: Any) -> None:
    """The optimizer's state; Keras 2 kept no learning rate in it."""
    arrays = [read_array(group[name]) for name in _names(group, "weight_names")]
    own = list(optimizer.variables)
    if len(arrays) == len(own) - 1:
        own = [each for each in own if not each.path.endswith("learning_rate")]
    if [each.shape for each in own] != [each.shape for each in arrays]:
        warnings.warn(_state_message(optimizer, arrays), stacklevel=5)
        return
    for variable, numbers in zip(own, arrays, strict=True):
        variable.assign(numbers.astype(variable.dtype))


def load_older_weights(
    model: Any, file: Any, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    """Give the layers of a model the arrays of an older file, in order or by name.

    Raises:
        ValueError: a layer does not fit (unless it is to be skipped); no weight is changed then.
    """
    group = file.get("model_weights", file)
    pairs: list[tuple[Variable, Any]] = []
    kept = [name for name in _names(group, "layer_names") if _names(group[name], "weight_names")]
    for layer, name in _matched(model, kept, by_name):
        arrays = _arrays(group, name)
        try:
            pairs += _paired(layer, arrays)
        except ValueError as error:
            if not skip_mismatch:
                raise
            warnings.warn(f"Left as it was: '{layer.name}'. {error}", stacklevel=4)
    if TOP in group:
        own = _own_weights(model)
        arrays = _arrays(group, TOP)
        if len(arrays) == len(own):
            pairs += list(zip(own, arrays, strict=True))
    for variable, numbers in pairs:
        variable.assign(numbers)


def _matched(model: Any, kept: list[str], by_name: bool) -> list[tuple[Any, str]]:
    """Layers with the names in the file of what they get."""
    layers = [layer for layer in model.layers if layer.weights]
    if by_name:
        return [(layer, layer.name) for layer in model.layers if layer.name in kept]
    if len(layers) != len(kept):
        raise ValueError(_layers_message(model, layers, kept))
    return list(zip(layers, kept, strict=True))


def _paired(layer: Any, arrays: list[Any]) -> list[tuple[Variable, Any]]:
    own = older_weights(layer)
    if [each.shape for each in own] != [each.shape for each in arrays]:
        raise ValueError(_shapes_message(layer, own, arrays))
    return list(zip(own, arrays, strict=True))


def _arrays(group: Any, name: str) -> list[Any]:
    if not has_group(group, name):
        raise ValueError(f"the file has no group '{name}' of its own")
    return [read_array(group[name][each]) for each in _names(group[name], "weight_names")]


def _names(group: Any, key: str) -> list[str]:
    """The names of an attribute, which may be kept in several."""
    if key in group.attrs:
        return [_text(each) for each in group.attrs[key]]
    found: list[str] = []
    part = 0
    while f"{key}{part}" in group.attrs:
        found += [_text(each) for each in group.attrs[f"{key}{part}"]]
        part += 1
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


# -- messages --------------------------------------------------------------------------------------


def _no_config_message(path: Path) -> str:
    return explain(
        f"{path} holds no model",
        given="an .h5 file of weights alone",
        expected="a file that model.save wrote",
        remedy="build the model in Python, then model.load_weights(path)",
    )


def _layers_message(model: Any, layers: list[Any], kept: list[str]) -> str:
    return explain(
        f"The file does not fit model '{model.name}'",
        given=f"{len(kept)} layers with weights in the file: {', '.join(kept)}",
        expected=f"{len(layers)}: {', '.join(layer.name for layer in layers)}",
        remedy="model.load_weights(path, by_name=True, skip_mismatch=True)",
    )


def _shapes_message(layer: Any, own: list[Variable], arrays: list[Any]) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' does not fit the file",
        given="arrays of shapes " + ", ".join(format_shape(each.shape) for each in arrays),
        expected=", ".join(f"{each.path} {format_shape(each.shape)}" for each in own),
        remedy="the model that the file was written from, or skip_mismatch=True",
    )


def _state_message(optimizer: Any, arrays: list[Any]) -> str:
    return (
        f"The state of {type(optimizer).__name__} is left at its start: the file has "
        f"{len(arrays)} arrays, and the optimizer {len(list(optimizer.variables))} variables of "
        "other shapes"
    )

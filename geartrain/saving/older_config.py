"""Configs of Keras 2, and of older files of Keras 3, in today's form.

{"class_name": "Dense", "config": {"batch_input_shape": [None, 4], ...}}
    ->  {"module": "keras.layers", "class_name": "Dense", "config": {"input_shape": [4], ...}}
"""

from __future__ import annotations

import inspect
from typing import Any

from geartrain.ops import add, clip, multiply
from geartrain.serialization import get_registered_object, register_keras_serializable
from geartrain.serialization.names import find_class
from geartrain.tensor import Tensor

MODELS = {"Sequential": "keras", "Functional": "keras.src.models.functional",
          "Model": "keras.src.models.functional"}  # fmt: skip
BASE = {"name", "trainable", "dtype", "input_shape", "input_dim", "activity_regularizer"}
REDUCTIONS = {"auto": "sum_over_batch_size"}


def hard_sigmoid(x: Any) -> Tensor:
    """Keras 2's: 0.2 x + 0.5, from 0 to 1; that of Keras 3 has a slope of 1/6."""
    return clip(add(multiply(x, 0.2), 0.5), 0.0, 1.0)


register_keras_serializable("geartrain", "hard_sigmoid_of_keras_2")(hard_sigmoid)


def modern(config: Any, second: bool = True) -> Any:
    """A config of a layer or model in today's form, with all that is in it.

    Args:
        config: what is in a file.
        second: whether Keras 2 wrote it.
    """
    if isinstance(config, list):
        return [modern(each, second) for each in config]
    if not isinstance(config, dict):
        return config
    if not isinstance(config.get("class_name"), str) or "config" not in config:
        return {name: modern(each, second) for name, each in config.items()}
    return _modern_object(config, second)


def _modern_object(config: dict[str, Any], second: bool) -> dict[str, Any]:
    name, inner = config["class_name"], config["config"]
    if name == "Policy" or (name == "DTypePolicy" and isinstance(inner, dict)):
        return inner["name"] if isinstance(inner, dict) else inner  # type: ignore[no-any-return]
    if not isinstance(inner, dict):
        return {
            **config,
            "config": {"layers": modern(inner, second)} if isinstance(inner, list) else inner,
        }
    module = config.get("module") or _module_of(name)
    inner = {key: modern(each, second) for key, each in inner.items()}
    if get_registered_object(config.get("registered_name") or name) is None and module:
        inner = _modern_arguments(module, name, inner, second)
        name = "Functional" if name == "Model" else name
    return {**config, "module": module, "class_name": name, "config": inner}


def _module_of(name: str) -> str | None:
    """The module of a class whose config does not say it."""
    if get_registered_object(name) is not None:
        return None
    if name in MODELS:
        return MODELS[name]
    rooms = ("keras.layers", "keras.initializers", "keras.regularizers", "keras.constraints",
             "keras.losses", "keras.metrics", "keras.optimizers")  # fmt: skip
    return next((room for room in rooms if find_class(room, name) is not None), None)


def _modern_arguments(
    module: str, name: str, inner: dict[str, Any], second: bool
) -> dict[str, Any]:
    """Arguments under today's names, without those that have no meaning any more."""
    cls = find_class(module, name)
    if cls is None or name in MODELS:
        return inner
    if "batch_input_shape" in inner:
        shape = inner.pop("batch_input_shape")
        inner["batch_shape" if name == "InputLayer" else "input_shape"] = (
            shape if name == "InputLayer" else shape[1:]
        )
    for key in ("activation", "recurrent_activation"):
        if second and inner.get(key) == "hard_sigmoid":
            inner[key] = hard_sigmoid  # of Keras 2, which is another function
    if isinstance(inner.get("axis"), list) and len(inner["axis"]) == 1 and "Batch" in name:
        inner["axis"] = inner["axis"][0]
    if inner.get("reduction") in REDUCTIONS:
        inner["reduction"] = REDUCTIONS[inner["reduction"]]
    known = set(inspect.signature(cls.__init__).parameters) | BASE
    is_layer = module == "keras.layers" or module.startswith("keras.src.layers")
    return {key: each for key, each in inner.items() if key in known} if is_layer else inner


def modern_training(config: dict[str, Any]) -> dict[str, Any]:
    """What `compile` was called with, in today's form."""
    names = ("loss", "metrics", "weighted_metrics", "loss_weights", "steps_per_execution")
    found = {name: _modern_metric(config.get(name)) for name in names if config.get(name)}
    optimizer = config.get("optimizer_config")
    if optimizer:
        found["optimizer"] = _modern_optimizer(optimizer)
    return found


def modern_compile(config: dict[str, Any]) -> dict[str, Any]:
    """The same for a `compile_config` of Keras 2's `.keras` files."""
    return modern_training({**config, "optimizer_config": config.get("optimizer")})


def _modern_optimizer(config: Any) -> Any:
    if isinstance(config, str):
        return config
    name = config["class_name"].removeprefix("Custom>")
    inner = dict(config["config"])
    inner["learning_rate"] = inner.pop("lr", inner.get("learning_rate", 0.001))
    cls = find_class("keras.optimizers", name)
    if cls is None:
        return {**config, "registered_name": config["class_name"]}
    known = {
        each
        for base in cls.__mro__
        if base is not object and "__init__" in vars(base)
        for each in inspect.signature(base.__init__).parameters
    }
    inner = {key: modern(each) for key, each in inner.items() if key in known}
    inner.pop("name", None)
    return {"module": "keras.optimizers", "class_name": name, "config": inner,
            "registered_name": None}  # fmt: skip


def _modern_metric(config: Any) -> Any:
    """Losses and metrics: what wraps a function of Keras's is the function's name."""
    if isinstance(config, list):
        found = [_modern_metric(each) for each in config]
        return found[0] if len(found) == 1 and isinstance(found[0], list) else found
    if isinstance(config, dict) and "class_name" in config:
        inner = config["config"]
        if isinstance(inner, str):
            return config  # a function, by its name
        if config["class_name"] in ("MeanMetricWrapper", "LossFunctionWrapper"):
            return inner.get("fn") if isinstance(inner.get("fn"), str) else inner.get("name")
        return modern({**config, "config": {k: v for k, v in inner.items() if k != "fn"}})
    if isinstance(config, dict):
        return {name: _modern_metric(each) for name, each in config.items()}
    return config

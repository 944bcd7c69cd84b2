"""A layer's config: its name, and what it was made with, as plain data.

Dense(2, activation="relu")   ->   {"name": "dense", "trainable": True, "dtype": {...},
                                    "units": 2, "activation": "relu", ...}
"""

from __future__ import annotations

from typing import Any

from geartrain import activations, dtype_policies
from geartrain.errors import explain
from geartrain.serialization import serialize_keras_object
from geartrain.symbolic.operation import ARGUMENTS, signature_of

BASE = ("name", "trainable", "dtype")
OF_EVERY_LAYER = ("activity_regularizer", "autocast")  # which are written if they were given


def config_of(layer: Any) -> dict[str, Any]:
    """What a layer was made with, by the names of the arguments of its `__init__`."""
    cls = type(layer)
    given = dict(vars(layer).get(ARGUMENTS, {}))
    extra = given.pop("kwargs", {})
    config: dict[str, Any] = {
        "name": layer.name,
        "trainable": layer.trainable,
        "dtype": dtype_policies.serialize(layer.policy_to_keep()),
    }
    for name, parameter in list(signature_of(cls.__init__).parameters.items())[1:]:
        if name in BASE or parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        value = given.get(name, None if parameter.default is parameter.empty else parameter.default)
        config[name] = plain_argument(layer, name, getattr(layer, name, value))
    for name in extra:
        if name not in config and name in OF_EVERY_LAYER:
            config[name] = plain_argument(layer, name, getattr(layer, name))
    return config


def plain_argument(layer: Any, name: str, value: Any) -> Any:
    """An argument as plain data: objects as their configs, functions of ours by name.

    Raises:
        NotImplementedError: it is nothing that can be written down.
    """
    if callable(value) and value in activations.NAMES.values():
        return activations.serialize(value)
    try:
        return serialize_keras_object(value)
    except (TypeError, ValueError) as error:
        raise NotImplementedError(_message(layer, name, value)) from error


def layer_of_config(cls: type, config: dict[str, Any]) -> Any:
    """A layer of a config; what its `__init__` does not take is set afterwards.

    Raises:
        TypeError: the config has arguments that the layer does not know.
    """
    if isinstance(config.get("dtype"), dict):
        config = {**config, "dtype": _policy_to_give(config["dtype"])}
    parameters = signature_of(cls.__init__).parameters  # type: ignore[misc]
    takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    late = {} if takes_all else {k: v for k, v in config.items() if k in BASE}
    late = {name: value for name, value in late.items() if name not in parameters}
    try:
        layer = cls(**{name: value for name, value in config.items() if name not in late})
    except (TypeError, ValueError) as error:
        raise TypeError(_reading_message(cls, config, error)) from error
    for name, value in late.items():
        setattr(layer, "dtype_policy" if name == "dtype" else name, value)
    return layer


def _policy_to_give(config: dict[str, Any]) -> Any:
    """A policy as a class's `__init__` takes it: the name, where that says all."""
    policy = dtype_policies.deserialize(config)
    is_whole = isinstance(policy, dtype_policies.DTypePolicyMap) or policy.quantization_mode
    return policy if is_whole else policy.name


def _message(layer: Any, name: str, value: object) -> str:
    kind = type(layer).__name__
    return explain(
        f"{kind} '{layer.name}' cannot be written down",
        given=f"{name}={value!r}",
        expected="arguments that are plain data, or objects with get_config()",
        remedy="def get_config(self): return {**super().get_config(), 'units': self.units}",
    )


def _reading_message(cls: type, config: dict[str, Any], error: Exception) -> str:
    return explain(
        f"{cls.__name__} cannot be made of this config",
        given=", ".join(config),
        expected=f"arguments of {cls.__name__}.__init__: {error}",
        remedy=f"{cls.__name__}.from_config(layer.get_config())",
    )

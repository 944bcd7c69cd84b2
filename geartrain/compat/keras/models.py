"""What Keras 2 had in `keras.models` and its modules of the engine."""

from typing import Any

from geartrain.compat.keras.layers import Merge, merge
from geartrain.compat.keras.older_models import yaml_message
from geartrain.errors import explain
from geartrain.layers import Input, InputLayer, InputSpec, Layer
from geartrain.models import Functional, Sequential
from geartrain.saving import deserialize_keras_object
from geartrain.symbolic.sources import get_source_inputs

__all__ = [
    "Container", "Input", "InputLayer", "InputSpec", "Layer", "Merge", "Network",
    "get_source_inputs", "merge", "model_from_config", "model_from_yaml",
]  # fmt: skip

Network = Container = Functional  # names of the classes below `Model`


def model_from_config(config: Any, custom_objects: Any = None) -> Any:
    """The model of a config with the name of its class, as a `.h5` file and `to_json` have it.

    Raises:
        TypeError: it is a list: that of a Sequential alone, for `Sequential.from_config`.
    """
    if isinstance(config, list):
        raise TypeError(_list_message(config))
    kind: dict[str, Any] = {"Sequential": Sequential, "Functional": Functional, "Model": Functional}
    cls = kind.get(config["class_name"])
    if cls is None:
        return deserialize_keras_object(config, custom_objects=custom_objects)
    return cls.from_config(config["config"], custom_objects)


def model_from_yaml(yaml_string: str, custom_objects: Any = None) -> Any:
    """Not here, as in Keras since 2.6: reading such a text could run any code.

    Raises:
        RuntimeError: always; `model_from_json` reads the same of JSON.
    """
    raise RuntimeError(yaml_message("model_from_yaml(text)", "model = model_from_json(text)"))


def _list_message(config: list[Any]) -> str:
    return explain(
        "model_from_config takes the config of a model with its class",
        given=f"a list of {len(config)} layers",
        expected="a dict with class_name and config",
        remedy="Sequential.from_config(config)",
    )

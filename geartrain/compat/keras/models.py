"""What Keras 2 had in `keras.models` and its modules of the engine."""

from typing import Any

from geartrain.compat.keras.older_models import yaml_message
from geartrain.layers import Input, InputLayer, InputSpec, Layer
from geartrain.symbolic.sources import get_source_inputs

__all__ = ["Input", "InputLayer", "InputSpec", "Layer", "get_source_inputs", "model_from_yaml"]


def model_from_yaml(yaml_string: str, custom_objects: Any = None) -> Any:
    """Not here, as in Keras since 2.6: reading such a text could run any code.

    Raises:
        RuntimeError: always; `model_from_json` reads the same of JSON.
    """
    raise RuntimeError(yaml_message("model_from_yaml(text)", "model = model_from_json(text)"))

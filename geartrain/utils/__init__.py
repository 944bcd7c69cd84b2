"""Helpers that users call: `to_categorical`, `get_file`, `set_random_seed`.

Nothing lives here that a room of its own could hold: no layers, no mathematics on tensors.

Start reading at `categorical.py`; `download.py` is what the data sets stand on.
"""

from importlib import import_module
from typing import Any

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.utils.categorical import to_categorical
    from geartrain.utils.config import Config
    from geartrain.utils.data_tuples import pack_x_y_sample_weight, unpack_x_y_sample_weight
    from geartrain.utils.progbar import Progbar
    from geartrain.utils.py_dataset import PyDataset
    from geartrain.utils.vectors import normalize

    Sequence = PyDataset  # its older name


__all__ = [
    "Config",
    "Progbar",
    "PyDataset",
    "Sequence",
    "get_file",
    "normalize",
    "pack_x_y_sample_weight",
    "set_random_seed",
    "to_categorical",
    "unpack_x_y_sample_weight",
]


def set_random_seed(seed: int) -> None:
    """Start everything random from `seed`: initial weights, and the order of the samples."""
    from geartrain.random import set_random_seed as start_from

    start_from(seed)


SERIALIZATION = (
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
    "serialize_keras_object",
)


# What rooms above have, which are asked for by name.
ELSEWHERE = {
    "array_to_img": "utils.images",
    "audio_dataset_from_directory": "utils.audio_dataset",
    "image_dataset_from_directory": "utils.image_dataset",
    "split_dataset": "utils.splitting",
    "text_dataset_from_directory": "utils.text_dataset",
    "timeseries_dataset_from_array": "utils.timeseries_dataset",
    "img_to_array": "utils.images",
    "load_img": "utils.images",
    "pad_sequences": "utils.sequences",
    "save_img": "utils.images",
    "clear_session": "backend",
    "disable_interactive_logging": "config",
    "enable_interactive_logging": "config",
    "FeatureSpace": "models.feature_space",
    "get_source_inputs": "symbolic.sources",
    "is_interactive_logging_enabled": "config",
    "is_keras_tensor": "backend",
    "model_to_dot": "models.pictures",
    "plot_model": "models.pictures",
    "standardize_dtype": "backend",
}


def __dir__() -> list[str]:
    return sorted({*__all__, *SERIALIZATION, *ELSEWHERE, "bounding_boxes", "legacy"})


def __getattr__(name: str) -> Any:
    if name == "bounding_boxes":
        return import_module("geartrain.utils.bounding_boxes")
    if name == "get_file":  # it loads the network's modules, which few scripts need
        from geartrain.utils.file import get_file

        return get_file
    if name in SERIALIZATION:
        from geartrain import serialization

        return getattr(serialization, name)
    if name in ELSEWHERE:
        return getattr(import_module(f"geartrain.{ELSEWHERE[name]}"), name)
    if name == "legacy":
        return import_module("geartrain.utils.legacy")
    raise AttributeError(f"module 'geartrain.utils' has no attribute {name!r}")

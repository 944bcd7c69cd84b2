"""Files of models: `.keras`, `.weights.h5`, the older `.h5`, JSON; Keras reads ours, we Keras's.

What an object looks like as plain data is `geartrain.serialization`, under the names of
`keras.saving` here as well. Nothing in a file is ever run: see `geartrain/serialization`.

Start reading at `entry.py`, then `model_file.py` and `weights.py`; `tree.py` names the parts.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.saving.editor import KerasFileEditor
    from geartrain.saving.entry import load_model, load_weights, save_model, save_weights
    from geartrain.serialization import (
        CustomObjectScope,
        custom_object_scope,
        deserialize_keras_object,
        get_custom_objects,
        get_registered_name,
        get_registered_object,
        register_keras_serializable,
        serialize_keras_object,
    )


__all__ = [
    "CustomObjectScope",
    "KerasFileEditor",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]

"""Objects as plain data, and back: Keras's form of JSON, under public names only.

    Dense(3)   ->   {"module": "keras.layers", "class_name": "Dense", "config": {...}, ...}

No code is ever run from a config: a name leads to a public class of ours with `from_config`, to a
public function, which is given back and not called, or to what the caller registered. The files
of models, which stand on this, are `geartrain.saving`.

Start reading at `writing.py`, then `reading.py`; `names.py` says which names are known.
"""

from geartrain.serialization.family import (
    deserialize_function,
    deserialize_of,
    from_dict,
    named_class,
    serialize_function,
)
from geartrain.serialization.names import public_name
from geartrain.serialization.reading import (
    deserialize_keras_object,
    is_reading_safely,
    on_reading,
)
from geartrain.serialization.registry import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    within,
)
from geartrain.serialization.sharing import sharing_objects
from geartrain.serialization.writing import on_writing, serialize_keras_object

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_function",
    "deserialize_keras_object",
    "deserialize_of",
    "from_dict",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "is_reading_safely",
    "named_class",
    "on_reading",
    "on_writing",
    "public_name",
    "register_keras_serializable",
    "serialize_function",
    "serialize_keras_object",
    "sharing_objects",
    "within",
]

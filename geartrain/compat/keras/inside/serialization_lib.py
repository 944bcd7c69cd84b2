"""`keras.src.saving.serialization_lib`: objects as plain data."""

from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.serialization import is_reading_safely as in_safe_mode

__all__ = ["deserialize_keras_object", "in_safe_mode", "serialize_keras_object"]

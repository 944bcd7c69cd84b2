"""`keras.backend` of Keras 3: questions about dtypes, and the names of `config` that it repeats.

What Keras 2 had here besides, for symbolic tensors, is in `geartrain.compat.keras.backend`; it is
found under its name here as well.

Start reading at `dtypes.py`.
"""

from importlib import import_module
from typing import Any

from geartrain.backend.dtypes import (
    is_float_dtype,
    is_int_dtype,
    result_type,
    standardize_dtype,
)
from geartrain.backend.session import clear_session, get_uid, is_keras_tensor
from geartrain.config import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]


def __getattr__(name: str) -> Any:
    if not name.startswith("_"):
        older = import_module("geartrain.compat.keras.backend")
        if hasattr(older, name):
            return getattr(older, name)
    raise AttributeError(f"module 'geartrain.backend' has no attribute {name!r}")

"""The older home of some helpers: `preprocessing.image` and `preprocessing.sequence`, as in Keras.

Nothing lives here: the functions are those of `geartrain.utils`.

Start reading at `image.py`.
"""

from importlib import import_module
from typing import Any

from geartrain.preprocessing import image, sequence

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]


def __getattr__(name: str) -> Any:
    if name in __all__:  # what is slow to load is loaded when it is asked for
        return getattr(import_module("geartrain.utils"), name)
    raise AttributeError(f"module 'geartrain.preprocessing' has no attribute {name!r}")

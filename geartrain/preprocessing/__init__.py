"""The older home of some helpers, as in Keras: `preprocessing.image`, `.sequence` and `.text`.

Here live Keras 2's ways of feeding a network: images that are changed at random in batches
(`ImageDataGenerator`), texts as numbers (`Tokenizer`), windows of series, pairs of words. What
Keras 3 has as well is in `geartrain.utils`.

Start reading at `image_data_generator.py`, then `tokenizer.py`.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]


def __getattr__(name: str) -> Any:
    if name in ("image", "sequence", "text"):
        return import_module(f"geartrain.preprocessing.{name}")
    if name in __all__:
        return getattr(import_module("geartrain.utils"), name)
    raise AttributeError(f"module 'geartrain.preprocessing' has no attribute {name!r}")

"""Pipelines of data: `Dataset`, with the names and the order of `tf.data`.

Here lives where elements come from (arrays, generators, text lines, files, tables), what is done
with them, and the threads that do it ahead. Nothing here knows of models: `training` takes a data
set as what gives batches.

Start reading at `dataset.py`; `stage.py` says what a stage is.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from geartrain.data.cardinality import AUTOTUNE
from geartrain.data.cardinality import INFINITE as INFINITE_CARDINALITY
from geartrain.data.cardinality import UNKNOWN as UNKNOWN_CARDINALITY

if TYPE_CHECKING:
    from geartrain.data.dataset import Dataset, assert_cardinality
    from geartrain.data.lines import TextLineDataset
    from geartrain.data.options import Options
    from geartrain.data.pipeline import Elements as Iterator
    from geartrain.data.spec import DatasetSpec, TensorSpec
    from geartrain.data.tfrecord import FixedLengthRecordDataset, TFRecordDataset, TFRecordWriter

__all__ = [
    "AUTOTUNE",
    "Dataset",
    "DatasetSpec",
    "FixedLengthRecordDataset",
    "INFINITE_CARDINALITY",
    "Iterator",
    "Options",
    "TFRecordDataset",
    "TFRecordWriter",
    "TensorSpec",
    "TextLineDataset",
    "UNKNOWN_CARDINALITY",
    "assert_cardinality",
]

# MNIST is read by `idx.py` alone, which should not load all the rest.
HOMES = {
    "Dataset": "dataset",
    "DatasetSpec": "spec",
    "FixedLengthRecordDataset": "tfrecord",
    "Options": "options",
    "TFRecordDataset": "tfrecord",
    "TFRecordWriter": "tfrecord",
    "TensorSpec": "spec",
    "TextLineDataset": "lines",
    "assert_cardinality": "dataset",
}


def __getattr__(name: str) -> Any:
    if name == "Iterator":
        return import_module("geartrain.data.pipeline").Elements
    if name in HOMES:
        return getattr(import_module(f"geartrain.data.{HOMES[name]}"), name)
    raise AttributeError(f"module 'geartrain.data' has no attribute {name!r}")

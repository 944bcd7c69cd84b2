"""`tf.data`: `geartrain.data`, and what TensorFlow keeps under `tf.data.experimental`."""

from geartrain.compat.tensorflow import data_experimental as experimental
from geartrain.data import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    Dataset,
    DatasetSpec,
    FixedLengthRecordDataset,
    Iterator,
    Options,
    TextLineDataset,
    TFRecordDataset,
    assert_cardinality,
)

__all__ = [
    "AUTOTUNE",
    "Dataset",
    "DatasetSpec",
    "FixedLengthRecordDataset",
    "INFINITE_CARDINALITY",
    "Iterator",
    "NumpyIterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "UNKNOWN_CARDINALITY",
    "assert_cardinality",
    "experimental",
]

NumpyIterator = Iterator

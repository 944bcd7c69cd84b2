"""`tf.data`: `geartrain.data`, and what TensorFlow keeps under `tf.data.experimental`."""

from typing import Any

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
from geartrain.data.options import Words as ThreadingOptions
from geartrain.data.tracing import rewriters

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
    "ThreadingOptions",
    "UNKNOWN_CARDINALITY",
    "assert_cardinality",
    "experimental",
]

NumpyIterator = Iterator


def _rewritten(function: Any) -> Any:
    """A function of elements with its choices and loops on tensors rewritten; None if it cannot."""
    from geartrain.compat.tensorflow.autograph import CannotRewrite, convert

    try:
        return convert(function)
    except CannotRewrite:
        return None


rewriters[:] = [_rewritten]

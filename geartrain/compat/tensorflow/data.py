"""`tf.data`: `geartrain.data`, and what TensorFlow keeps under `tf.data.experimental`."""

from typing import Any

from geartrain.data import (
    AUTOTUNE,
    INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY,
    Dataset,
    DatasetSpec,
    Iterator,
    Options,
    TextLineDataset,
    assert_cardinality,
)
from geartrain.data.tracing import rewriters

__all__ = [
    "AUTOTUNE",
    "Dataset",
    "DatasetSpec",
    "INFINITE_CARDINALITY",
    "Iterator",
    "Options",
    "TextLineDataset",
    "UNKNOWN_CARDINALITY",
    "experimental",
]

NumpyIterator = Iterator


class experimental:  # noqa: N801  (a namespace)
    """Names that TensorFlow has here, too."""

    AUTOTUNE = AUTOTUNE
    INFINITE_CARDINALITY = INFINITE_CARDINALITY
    UNKNOWN_CARDINALITY = UNKNOWN_CARDINALITY
    assert_cardinality = staticmethod(assert_cardinality)

    @staticmethod
    def cardinality(dataset: Dataset) -> int:
        """How many elements a data set has."""
        return int(dataset.cardinality())


def _rewritten(function: Any) -> Any:
    """A function of elements with its choices and loops on tensors rewritten; None if it cannot."""
    from geartrain.compat.tensorflow.autograph import CannotRewrite, convert

    try:
        return convert(function)
    except CannotRewrite:
        return None


rewriters[:] = [_rewritten]

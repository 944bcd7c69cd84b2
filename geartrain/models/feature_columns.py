"""What becomes of the columns of a table: `Feature`, `Cross`, and columns as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from geartrain import layers
from geartrain.errors import explain
from geartrain.serialization import deserialize_keras_object, serialize_keras_object

ENCODINGS = ("int", "one_hot", "float")


class Cross:
    """Columns that are hashed together.

    Args:
        feature_names: two of them or more.
        crossing_dim: how many different numbers come out.
        output_mode: "one_hot" or "int".
    """

    def __init__(
        self, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot"
    ) -> None:
        if output_mode not in ("int", "one_hot"):
            raise ValueError(_encoding_message(output_mode, ("int", "one_hot")))
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """Its name among the outputs: "a_X_b"."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes it from."""
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The crossing of a config."""
        return cls(**config)


class Feature:
    """What becomes of a column.

    Args:
        dtype: of the column: "float32", "int32" or "string".
        preprocessor: a layer, or the config of one.
        output_mode: "float" and "int" give what the layer gives; "one_hot" a place for each of
            its numbers.
    """

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        if output_mode not in ENCODINGS:
            raise ValueError(_encoding_message(output_mode, ENCODINGS))
        if isinstance(preprocessor, dict):
            preprocessor = deserialize_keras_object(preprocessor)
        self.dtype, self.preprocessor, self.output_mode = dtype, preprocessor, output_mode

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes it from."""
        return {
            "dtype": self.dtype,
            "preprocessor": serialize_keras_object(self.preprocessor),
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The feature of a config."""
        return cls(**config)


def needs_data(layer: Any) -> bool:
    """Whether a layer has something to learn of data."""
    if isinstance(layer, layers.Normalization):
        return layer.input_mean is None
    if isinstance(layer, layers.Discretization):
        return layer.bin_boundaries is None
    if isinstance(layer, layers.IntegerLookup | layers.StringLookup):
        return layer.input_vocabulary is None
    return False


def columns_of(dataset: Any) -> dict[str, Any]:
    """The whole columns of a data set, of the shape (rows, 1)."""
    if isinstance(dataset, Mapping):
        return {name: as_rows(as_column(each)) for name, each in dataset.items()}
    if isinstance(dataset, list | tuple) or not hasattr(dataset, "__iter__"):
        raise ValueError(_dataset_message(dataset))
    gathered: dict[str, list[Any]] = {}
    for row in dataset:
        if not isinstance(row, Mapping):
            raise ValueError(_dataset_message(dataset))
        for name, each in row.items():
            gathered.setdefault(name, []).append(as_rows(as_column(each)))
    return {name: np.concatenate(each) for name, each in gathered.items()}


def as_column(given: Any) -> Any:
    """A column as an array: texts stay texts, and floats have the usual precision."""
    array = np.asarray(given.numpy() if hasattr(given, "numpy") else given)
    if array.dtype.kind in "OST":
        return np.vectorize(_as_text, otypes=[object])(array).astype(str)
    return array.astype("float32") if array.dtype.kind == "f" else array


def _as_text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def as_rows(column: Any) -> Any:
    """A column of the shape (rows, 1)."""
    if column.ndim < 2:
        return column.reshape(-1, 1)
    return column


def _encoding_message(given: Any, known: Sequence[str]) -> str:
    return explain(
        "Invalid value for argument `output_mode`",
        given=f"output_mode={given}",
        expected=f"Expected one of {set(known)}",
        remedy="output_mode='one_hot'",
    )


def _dataset_message(given: Any) -> str:
    return explain(
        "`adapt()` can only be called on a tf.data.Dataset or a dict of arrays/lists",
        given=f"{given!r} (of type {type(given)})"[:500],
        expected="a dict of columns, or a data set of dicts",
        remedy="feature_space.adapt({'age': [41.0, 30.0]})",
    )

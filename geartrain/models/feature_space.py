"""`FeatureSpace`: a table's columns, numbers, words and crossings of them, as one vector.

    {"age": 41.0, "job": "cook"}  -->  preprocessors  -->  crossings  -->  encoders  -->  a vector

Each column has a `Feature`: a layer that makes a number of it, and how that number is encoded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from geartrain import layers, ops, saving
from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.models.feature_columns import (
    Cross,
    Feature,
    as_column,
    as_rows,
    columns_of,
    needs_data,
)
from geartrain.names import unique_name
from geartrain.serialization import deserialize_keras_object
from geartrain.symbolic import is_keras_tensor
from geartrain.tensor import Tensor, is_floating

MODES = ("concat", "dict")
KINDS = ("float", "float_normalized", "float_rescaled", "float_discretized", "integer_categorical",
         "string_categorical", "integer_hashed", "string_hashed")  # fmt: skip


HOME = "keras.src.layers.preprocessing.feature_space"  # as Keras, which has no public name, writes
KNOWN = {"Feature": Feature, "Cross": Cross, "TFDIdentity": layers.Identity}


class FeatureSpace(Layer):
    """Makes vectors of the columns of a table, once `adapt` has seen the table.

    Args:
        features: what becomes of each column: a name ("float_normalized", ...) or what
            `FeatureSpace.float_normalized()` and its fellows give.
        output_mode: "concat" for one vector, "dict" for a dict of them.
        crosses: tuples of columns that are hashed together, or `FeatureSpace.cross(...)`.
        crossing_dim: how many numbers a crossing has.
        hashing_dim: how many a hashed column has.
        num_discretization_bins: how many parts a discretized column has.
        name: of the layer.

    Raises:
        ValueError: an argument does not fit; the message names it.

    >>> from geartrain.utils import FeatureSpace
    >>> space = FeatureSpace({"age": "float_rescaled", "job": "string_categorical"})
    >>> space.adapt({"age": [41.0, 30.0], "job": ["cook", "clerk"]})
    >>> space({"age": [41.0], "job": ["cook"]}).numpy().tolist()
    [[41.0, 0.0, 1.0, 0.0]]
    """

    takes_no_state_later = False

    def __init__(
        self,
        features: Mapping[str, Any],
        output_mode: str = "concat",
        crosses: Sequence[Any] | None = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if not features:
            raise ValueError(_features_message(features))
        if output_mode not in MODES:
            raise ValueError(_mode_message(output_mode))
        self.crossing_dim, self.hashing_dim = crossing_dim, hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.features = {each: self._feature(each, given) for each, given in features.items()}
        self.crosses = [self._cross(each) for each in crosses or ()]
        for cross in self.crosses:
            if not set(cross.feature_names) <= set(self.features):
                raise ValueError(_unknown_message(cross.feature_names, self.features))
        self.preprocessors = {each: self.features[each].preprocessor for each in self.features}
        self.crossers = {
            each.name: layers.HashedCrossing(each.crossing_dim, name=each.name)
            for each in self.crosses
        }
        self.encoders: dict[str, Any] = {}
        self._is_adapted = not any(map(needs_data, self.preprocessors.values()))
        self._entrances: dict[str, Any] = {}

    # -- kinds of columns ------------------------------------------------------------------------

    @classmethod
    def cross(
        cls, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot"
    ) -> Cross:
        """Columns that are hashed together."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """A column with a layer of one's own."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Numbers as they are."""
        return Feature("float32", layers.Identity(name=_named(name, "float")), "float")

    @classmethod
    def float_rescaled(
        cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None
    ) -> Feature:
        """Numbers times `scale`, plus `offset`."""
        layer = layers.Rescaling(scale, offset, name=_named(name, "float_rescaled"))
        return Feature("float32", layer, "float")

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Numbers of mean 0 and variance 1."""
        layer = layers.Normalization(axis=-1, name=_named(name, "float_normalized"))
        return Feature("float32", layer, "float")

    @classmethod
    def float_discretized(
        cls,
        num_bins: int | None,
        bin_boundaries: Sequence[Any] | None = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Numbers by the part of their range in which they lie."""
        own = _named(name, "float_discretized")
        layer = layers.Discretization(bin_boundaries, num_bins, name=own)
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Whole numbers by their place among those that `adapt` saw."""
        own = _named(name, "integer_categorical")
        layer = layers.IntegerLookup(max_tokens, num_oov_indices, name=own)
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Words by their place among those that `adapt` saw."""
        own = _named(name, "string_categorical")
        layer = layers.StringLookup(max_tokens, num_oov_indices, name=own)
        return Feature("string", layer, output_mode)

    @classmethod
    def integer_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Whole numbers by their hash."""
        layer = layers.Hashing(num_bins, name=_named(name, "integer_hashed"))
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Words by their hash."""
        layer = layers.Hashing(num_bins, name=_named(name, "string_hashed"))
        return Feature("string", layer, output_mode)

    def _feature(self, name: str, given: Any) -> Feature:
        """What an entry of `features` means."""
        if isinstance(given, Feature):
            return given
        if isinstance(given, dict):
            read = deserialize_keras_object(given, KNOWN)
            return read if isinstance(read, Feature) else Feature(**given)
        if given not in KINDS:
            raise ValueError(_kind_message(name, given))
        options: dict[str, Any] = {}
        if given == "float_discretized":
            options = {"num_bins": self.num_discretization_bins}
        elif given.endswith("hashed"):
            options = {"num_bins": self.hashing_dim}
        made: Feature = getattr(self, given)(name=name, **options)
        return made

    def _cross(self, given: Any) -> Cross:
        if isinstance(given, Cross):
            return given
        if isinstance(given, dict):
            read = deserialize_keras_object(given, KNOWN)
            return read if isinstance(read, Cross) else Cross(**given)
        return Cross(given, self.crossing_dim)

    # -- learning --------------------------------------------------------------------------------

    def adapt(self, dataset: Any) -> None:
        """Let every layer that has something to learn see its column.

        Args:
            dataset: a dict of columns, or a data set of such dicts: of rows, or of batches of them.

        Raises:
            ValueError: it is something else.
        """
        columns = columns_of(dataset)
        for name, layer in self.preprocessors.items():
            if needs_data(layer):
                layer.adapt(columns[name])
        self._is_adapted = True
        self.built = True
        self.get_encoded_features()  # so that what cannot be encoded is told at once

    # -- computing -------------------------------------------------------------------------------

    def get_inputs(self) -> dict[str, Any]:
        """A symbolic tensor for each column: the entrances of a model."""
        if not self._entrances:
            self._entrances = {
                name: layers.Input((1,), dtype=feature.dtype, name=name)
                for name, feature in self.features.items()
            }
        return dict(self._entrances)

    def get_encoded_features(self) -> Any:
        """What becomes of `get_inputs()`: a symbolic vector, or a dict of them.

        Raises:
            ValueError: `adapt` was not called.
        """
        self._check_adapted()
        return self._encoded(self.get_inputs())

    def __call__(self, data: Any) -> Any:
        """The vectors of a dict of columns: of one row, or of many.

        Raises:
            ValueError: `adapt` was not called, or it is no dict.
        """
        self._check_adapted()
        if not isinstance(data, Mapping):
            raise ValueError(_call_message(data))
        if any(is_keras_tensor(each) for each in data.values()):
            return self._encoded(data)
        arrays = {name: as_column(data[name]) for name in self.features}
        single = all(each.ndim == 0 for each in arrays.values())
        whole = {name: as_rows(each) for name, each in arrays.items()}
        found = self._encoded(whole)
        if not single:
            return found
        if isinstance(found, dict):
            return {name: each[0] for name, each in found.items()}
        return found[0]

    def _encoded(self, rows: Mapping[str, Any]) -> Any:
        """Columns of the shape (rows, 1) as vectors."""
        numbers = {name: self.preprocessors[name](rows[name]) for name in sorted(self.features)}
        for cross in self.crosses:
            parts = tuple(numbers[name] for name in cross.feature_names)
            numbers[cross.name] = self.crossers[cross.name](parts)
        modes = {name: feature.output_mode for name, feature in self.features.items()}
        modes |= {cross.name: cross.output_mode for cross in self.crosses}
        found = {name: self._encode(name, each, modes[name]) for name, each in numbers.items()}
        if self.output_mode == "dict":
            return found
        for name, each in found.items():
            if not is_floating(each.dtype):
                raise ValueError(_concat_message(name, each))
        parts = tuple(found.values())
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    def _encode(self, name: str, numbers: Any, mode: str) -> Any:
        if mode != "one_hot":
            return numbers
        if is_floating(numbers.dtype):
            raise ValueError(_dtype_message(name, numbers))
        if name not in self.encoders:
            self.encoders[name] = layers.CategoryEncoding(
                self._count(name), output_mode="multi_hot", name=f"{name}_encoder"
            )
        return self.encoders[name](numbers)

    def _count(self, name: str) -> int:
        """How many different numbers a column or crossing has."""
        if name in self.crossers:
            return int(self.crossers[name].num_bins)
        layer = self.preprocessors[name]
        if hasattr(layer, "vocabulary_size"):
            return int(layer.vocabulary_size())
        given: int | None = layer.num_bins
        return len(layer.bin_boundaries) + 1 if given is None else given

    def _check_adapted(self) -> None:
        if not self._is_adapted:
            raise ValueError(_adapt_message())

    # -- configs and files -----------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        return {
            "features": {name: _written(each) for name, each in self.features.items()},
            "output_mode": self.output_mode,
            "crosses": [_written(each) for each in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(**config)

    def get_build_config(self) -> dict[str, Any]:
        """How the layer of each column was built."""
        found = {name: each.get_build_config() for name, each in self.preprocessors.items()}
        return {name: each or {} for name, each in found.items()}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Be ready for what the layers have learnt, which follows."""
        for name, own in config.items():
            layer = self.preprocessors[name]
            if own and not layer.built:
                layer.build_from_config(own)
        self._is_adapted = self.built = True

    def save(self, filepath: Any) -> None:
        """Write the layer to a `.keras` file, which `models.load_model` reads."""
        saving.save_model(self, filepath)


def _named(name: str | None, kind: str) -> str:
    return f"{name or unique_name(kind)}_preprocessor"


def _written(part: Any) -> dict[str, Any]:
    return {"class_name": type(part).__name__, "config": part.get_config(), "module": HOME,
            "registered_name": type(part).__name__}  # fmt: skip


def _features_message(given: Any) -> str:
    return explain(
        "The `features` argument cannot be None or empty",
        given=f"features={given!r}",
        expected="a dict of columns and what becomes of them",
        remedy="FeatureSpace(features={'age': 'float_normalized'})",
    )


def _kind_message(name: str, given: Any) -> str:
    return explain(
        f"Invalid feature type: {given}",
        given=f"'{name}': {given!r}",
        expected=", ".join(KINDS),
        remedy=f"{{'{name}': 'float_normalized'}}",
    )


def _mode_message(given: Any) -> str:
    return explain(
        "Invalid value for argument `output_mode`",
        given=f"output_mode={given}",
        expected=f"Expected one of {set(MODES)}",
        remedy="output_mode='concat'",
    )


def _unknown_message(names: Sequence[str], known: Mapping[str, Any]) -> str:
    return explain(
        "All features referenced in the `crosses` argument should be present in the `features` "
        f"dict. Received unknown features: {tuple(names)}",
        given=f"crosses=[{tuple(names)}]",
        expected=", ".join(known),
        remedy=f"crosses=[{tuple(known)[:2]}]",
    )


def _adapt_message() -> str:
    return explain(
        "You need to call `.adapt(dataset)` on the FeatureSpace before you can start using it",
        given="a FeatureSpace that has seen no data",
        expected="a table from which its layers learn",
        remedy="feature_space.adapt({'age': [41.0, 30.0]})",
    )


def _call_message(given: Any) -> str:
    return explain(
        "A FeatureSpace can only be called with a dict",
        given=f"data={given!r} (of type {type(given)})"[:500],
        expected="a dict of columns",
        remedy="feature_space({'age': [41.0]})",
    )


def _concat_message(name: str, numbers: Tensor) -> str:
    return explain(
        f"Cannot concatenate features because feature '{name}' has not been encoded "
        f"(it has dtype {numbers.dtype})",
        given="output_mode='int' of a feature, and output_mode='concat' of the FeatureSpace",
        expected="floats, or output_mode='dict'",
        remedy="FeatureSpace(..., output_mode='dict')",
    )


def _dtype_message(name: str, numbers: Tensor) -> str:
    return explain(
        f"Feature '{name}' has `output_mode='one_hot'`. Thus its preprocessor should return an "
        f"integer dtype. Instead it returns a {numbers.dtype} dtype",
        given=f"numbers of {numbers.dtype}",
        expected="whole numbers",
        remedy="output_mode='float'",
    )

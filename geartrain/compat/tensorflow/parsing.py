"""`tf.io.parse_example` and its like: tensors of what an `Example` holds; tensors as bytes.

    features = {"picture": tf.io.FixedLenFeature([], tf.string),
                "label": tf.io.FixedLenFeature([], tf.int64)}
    dataset = tf.data.TFRecordDataset(paths).map(lambda x: tf.io.parse_single_example(x, features))

Messages are read by `geartrain.data.example_values`; nothing in them is executed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.compat.tensorflow.sparse import SparseTensor
from geartrain.compat.tensorflow.texts import as_texts
from geartrain.data.example_values import feature_values, sequence_values
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor
from geartrain.tensor.text_tensor import STRING, TextTensor

__all__ = [
    "FixedLenFeature", "FixedLenSequenceFeature", "RaggedFeature", "SparseFeature",
    "VarLenFeature", "parse_example", "parse_single_example", "parse_single_sequence_example",
]  # fmt: skip

LISTS = {"string": "bytes_list", "float32": "float_list", "int64": "int64_list"}


class FixedLenFeature(NamedTuple):
    """A feature of one shape; without a default value each example must have it."""

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature of rows of one shape, as many as there are; batches are filled up."""

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature of any number of values, which becomes a `SparseTensor`."""

    dtype: Any


def RaggedFeature(*args: Any, **kwargs: Any) -> Any:  # noqa: N802  (a name of TensorFlow's)
    """There are no ragged tensors.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError(_ragged_message("RaggedFeature"))


def SparseFeature(*args: Any, **kwargs: Any) -> Any:  # noqa: N802  (a name of TensorFlow's)
    """There is only `VarLenFeature`.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError(_ragged_message("SparseFeature"))


def parse_single_example(
    serialized: Any,
    features: Mapping[str, Any],
    example_names: Any = None,
    name: str | None = None,
) -> dict[str, Any]:
    """The features of one `Example`.

    Args:
        serialized: its bytes, a single text.
        features: by their names, what they are.
        example_names: taken for the sake of TensorFlow's users.
        name: likewise.

    Raises:
        ValueError: a feature is missing, or is of another shape or dtype.
    """
    texts = as_texts(serialized)
    if texts.ndim:
        raise ValueError(_rank_message("parse_single_example", texts, "a single text"))
    values = feature_values(texts.numpy())
    return {key: _of_one(key, how, values.get(key)) for key, how in _checked(features).items()}


def parse_example(
    serialized: Any,
    features: Mapping[str, Any],
    example_names: Any = None,
    name: str | None = None,
) -> dict[str, Any]:
    """The features of several examples, together.

    Args:
        serialized: (examples,): the bytes of each; a single text is one example.
        features: by their names, what they are.
        example_names: taken for the sake of TensorFlow's users.
        name: likewise.

    Raises:
        ValueError: a feature is missing, or is of another shape or dtype.
    """
    texts = as_texts(serialized)
    if not texts.ndim:
        return parse_single_example(texts, features)
    if texts.ndim > 1:
        raise ValueError(_rank_message("parse_example", texts, "texts of shape (examples,)"))
    rows = [feature_values(each) for each in texts.numpy().tolist()]
    return {
        key: _of_several(key, how, [row.get(key) for row in rows])
        for key, how in _checked(features).items()
    }


def parse_single_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The context, and the steps, of one `SequenceExample`.

    Args:
        serialized: its bytes, a single text.
        context_features: by their names, what the features of the whole are.
        sequence_features: the same of each step.
        example_name: taken for the sake of TensorFlow's users.
        name: likewise.

    Raises:
        ValueError: a feature is missing, or is of another shape or dtype.
    """
    if not context_features and not sequence_features:
        raise ValueError(_none_message())
    context, steps = sequence_values(as_texts(serialized).numpy())
    whole = {k: _of_one(k, how, context.get(k)) for k, how in (context_features or {}).items()}
    rows = {k: _of_steps(k, how, steps.get(k)) for k, how in (sequence_features or {}).items()}
    return whole, rows


def _checked(features: Mapping[str, Any]) -> Mapping[str, Any]:
    if not features:
        raise ValueError(_none_message())
    for key, how in features.items():
        if not isinstance(how, FixedLenFeature | FixedLenSequenceFeature | VarLenFeature):
            raise ValueError(_kind_message(key, how))
        if isinstance(how, FixedLenSequenceFeature) and not how.allow_missing:
            raise ValueError(_missing_message(key))
    return features


# -- one feature -----------------------------------------------------------------------------------


def _of_one(key: str, how: Any, found: Any) -> Any:
    if isinstance(how, VarLenFeature):
        values = _values(key, how, found)
        return SparseTensor(
            np.arange(len(values))[:, None], _tensor(values), np.array([len(values)])
        )
    if isinstance(how, FixedLenSequenceFeature):
        return _tensor(_rows(key, how, found))
    return _tensor(_fixed(key, how, found))


def _of_several(key: str, how: Any, found: Sequence[Any]) -> Any:
    if isinstance(how, VarLenFeature):
        return _sparse([_values(key, how, each) for each in found], _empty(how))
    if isinstance(how, FixedLenSequenceFeature):
        return _filled([_rows(key, how, each) for each in found], how)
    rows = [_fixed(key, how, each) for each in found]
    return _tensor(np.stack(rows) if rows else np.empty((0, *_sizes(how)), _empty(how).dtype))


def _of_steps(key: str, how: Any, found: Any) -> Any:
    steps = [] if found is None else found
    if isinstance(how, VarLenFeature):
        return _sparse([_values(key, how, each) for each in steps], _empty(how))
    if found is None and not how.allow_missing:
        raise ValueError(_absent_message(key, how))
    alike = FixedLenFeature(how.shape, how.dtype)
    rows = [_fixed(key, alike, each) for each in steps]
    return _tensor(np.stack(rows) if rows else np.empty((0, *_sizes(how)), _empty(how).dtype))


def _fixed(key: str, how: FixedLenFeature, found: Any) -> Array:
    sizes = _sizes(how)
    if found is None or not found[0]:
        if how.default_value is None:
            raise ValueError(_absent_message(key, how))
        return np.array(np.broadcast_to(_plain(how.default_value, how), sizes))
    values = _values(key, how, found)
    if len(values) != math.prod(sizes):
        raise ValueError(_length_message(key, how, len(values)))
    return values.reshape(sizes)


def _rows(key: str, how: FixedLenSequenceFeature, found: Any) -> Array:
    values, sizes = _values(key, how, found), _sizes(how)
    if len(values) % max(math.prod(sizes), 1):
        raise ValueError(_length_message(key, how, len(values)))
    return values.reshape(-1, *sizes)


def _values(key: str, how: Any, found: Any) -> Array:
    """The values of a feature, in a row; none, if it is not there."""
    if found is None or not found[0]:
        return _empty(how)
    wanted, dtype = _kept_as(how.dtype)
    if found[0] != wanted:
        raise ValueError(_dtype_message(key, how, found[0]))
    return np.array(found[1], dtype)


def _empty(how: Any) -> Array:
    return np.empty(0, _kept_as(how.dtype)[1])


@lru_cache
def _kept_as(given: Any) -> tuple[str, Any]:
    """In which list values of a dtype are, and of which dtype they are in an array."""
    dtype = as_dtype(given)
    if dtype.name not in LISTS:
        raise ValueError(_type_message(dtype))
    return LISTS[dtype.name], object if dtype == STRING else dtype


def _sizes(how: Any) -> tuple[int, ...]:
    shape = (how.shape,) if isinstance(how.shape, int | np.integer) else how.shape
    return tuple(int(each) for each in shape)


def _plain(value: Any, how: Any) -> Array:
    if as_dtype(how.dtype) == STRING:
        return as_texts(value).array
    return np.asarray(value.numpy() if isinstance(value, Tensor) else value, as_dtype(how.dtype))


def _tensor(array: Array) -> Tensor:
    return TextTensor(array) if array.dtype == object else ops.convert_to_tensor(array)


def _sparse(rows: Sequence[Array], empty: Array) -> SparseTensor:
    places = [(at, place) for at, row in enumerate(rows) for place in range(len(row))]
    values = np.concatenate([empty, *rows])
    longest = max((len(each) for each in rows), default=0)
    indices = np.array(places, np.int64).reshape(-1, 2)
    return SparseTensor(indices, _tensor(values), np.array([len(rows), longest]))


def _filled(rows: Sequence[Array], how: FixedLenSequenceFeature) -> Tensor:
    longest, empty = max((len(each) for each in rows), default=0), _empty(how)
    filling: Any = b"" if empty.dtype == object else 0
    if how.default_value is not None:
        filling = _plain(how.default_value, how).item()
    found = np.full((len(rows), longest, *_sizes(how)), filling, empty.dtype)
    for at, row in enumerate(rows):
        found[at, : len(row)] = row
    return _tensor(found)


# -- messages --------------------------------------------------------------------------------------


def _none_message() -> str:
    return explain(
        "No features are named",
        given="features that are empty",
        expected="a dict of names, and what they are",
        remedy="features={'label': tf.io.FixedLenFeature([], tf.int64)}",
    )


def _kind_message(key: str, given: Any) -> str:
    return explain(
        f"It is not said what the feature {key!r} is",
        given=f"{given!r:.60} ({type(given).__name__})",
        expected="FixedLenFeature, FixedLenSequenceFeature or VarLenFeature of tf.io",
        remedy=f"features={{{key!r}: tf.io.FixedLenFeature([], tf.int64)}}",
    )


def _missing_message(key: str) -> str:
    return explain(
        f"The feature {key!r} may be missing in an Example",
        given="FixedLenSequenceFeature(..., allow_missing=False)",
        expected="allow_missing=True, which gives such an example no rows",
        remedy=f"{{{key!r}: tf.io.FixedLenSequenceFeature([], tf.int64, allow_missing=True)}}",
    )


def _absent_message(key: str, how: Any) -> str:
    return explain(
        f"An example has no feature {key!r}",
        given="an Example without it",
        expected=f"{type(how).__name__} of dtype {as_dtype(how.dtype).name}, in each example",
        remedy=f"{{{key!r}: tf.io.FixedLenFeature(..., default_value=0)}}, for those without it",
    )


def _length_message(key: str, how: Any, count: int) -> str:
    return explain(
        f"The feature {key!r} has another number of values",
        given=f"{count} values",
        expected=f"shape {_sizes(how)}, set by the {type(how).__name__}",
        remedy=f"tf.io.FixedLenFeature([{count}], ...); VarLenFeature, where lengths differ",
    )


def _dtype_message(key: str, how: Any, found: str) -> str:
    dtype = next(name for name, each in LISTS.items() if each == found)
    return explain(
        f"The feature {key!r} is of another dtype",
        given=f"a {found} in the example",
        expected=f"{as_dtype(how.dtype).name}, set by the {type(how).__name__}",
        remedy=f"tf.io.FixedLenFeature([], tf.{dtype}), and tf.cast(x, ...) behind it",
    )


def _type_message(dtype: Any) -> str:
    return explain(
        "An Example holds three dtypes",
        given=f"dtype {dtype.name}",
        expected="string, float32 or int64",
        remedy="tf.io.FixedLenFeature([], tf.int64), and tf.cast(x, ...) behind it",
    )


def _rank_message(where: str, texts: Any, expected: str) -> str:
    return explain(
        f"{where} takes serialized examples of another shape",
        given=f"texts of shape {tuple(texts.shape)}",
        expected=expected,
        remedy="parse_single_example for one, parse_example for a batch",
    )


def _ragged_message(name: str) -> str:
    return explain(
        f"tf.io.{name} gives tensors that there are not here",
        given=f"tf.io.{name}(...)",
        expected="a feature of fixed length, or of any length as values and places",
        remedy="tf.io.VarLenFeature(tf.int64), then tf.sparse.to_dense(x)",
    )

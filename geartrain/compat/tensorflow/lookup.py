"""`tf.lookup`: tables from texts or numbers to others, made once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from geartrain.compat.tensorflow.creation import convert_to_tensor
from geartrain.compat.tensorflow.dtypes import as_dtype, string
from geartrain.compat.tensorflow.texts import as_texts, changed
from geartrain.errors import explain
from geartrain.tensor import Tensor
from geartrain.tensor.text_tensor import TextTensor

__all__ = ["KeyValueTensorInitializer", "StaticHashTable", "TextFileIndex", "TextFileInitializer"]


class TextFileIndex:
    """What of a line a `TextFileInitializer` takes."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class KeyValueTensorInitializer:
    """Keys, and what they lead to, one for one."""

    def __init__(
        self,
        keys: Any,
        values: Any,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        self.keys = convert_to_tensor(keys, key_dtype)
        self.values = convert_to_tensor(values, value_dtype)

    @property
    def key_dtype(self) -> Any:
        """The dtype of the keys."""
        return self.keys.dtype

    @property
    def value_dtype(self) -> Any:
        """The dtype of what they lead to."""
        return self.values.dtype


class TextFileInitializer(KeyValueTensorInitializer):
    """Keys and values of the lines of a file: a column, the whole line, or its number."""

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        lines = Path(str(filename)).read_text(encoding="utf-8").splitlines()[:vocab_size]
        cells = [[number, line, line.split(delimiter)] for number, line in enumerate(lines)]
        values = [_cell(each, value_index, value_dtype) for each in cells]
        if value_index_offset:
            values = [each + value_index_offset for each in values]
        keys = [_cell(each, key_index, key_dtype) for each in cells]
        super().__init__(keys, values, key_dtype, value_dtype)


def _cell(line: list[Any], index: int, dtype: Any) -> Any:
    number, whole, parts = line
    found = {-1: number, -2: whole}[index] if index < 0 else parts[index]
    return found if as_dtype(dtype) == string else as_dtype(dtype).type(found)


class StaticHashTable:
    """A table that does not change: `table.lookup(keys)` or `table[keys]`.

    Args:
        initializer: the keys and what they lead to.
        default_value: what all others lead to.
        name: taken.
        experimental_is_anonymous: taken.

    >>> from geartrain.compat import tensorflow as tf
    >>> pairs = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    >>> tf.lookup.StaticHashTable(pairs, -1).lookup(tf.constant(["b", "z"])).tolist()
    [2, -1]

    Raises:
        ValueError: a key comes twice, with different values.
    """

    def __init__(
        self,
        initializer: Any,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        self.key_dtype, self.value_dtype = initializer.key_dtype, initializer.value_dtype
        keys = initializer.keys.numpy().reshape(-1).tolist()
        values = initializer.values.numpy().reshape(-1).tolist()
        self._values: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if self._values.setdefault(key, value) != value:
                raise ValueError(_twice_message(key, self._values[key], value))
        default = convert_to_tensor(default_value).numpy()
        self._default = default.item() if isinstance(default, np.ndarray | np.generic) else default

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """What each key leads to."""
        texts = as_dtype(self.key_dtype) == string
        given = as_texts(keys).array if texts else convert_to_tensor(keys).numpy()
        found = changed(lambda key: self._values.get(key, self._default), given)
        if as_dtype(self.value_dtype) == string:
            return TextTensor(found)
        return Tensor(found.astype(self.value_dtype))

    __getitem__ = lookup

    def size(self, name: str | None = None) -> Tensor:
        """How many keys there are."""
        return Tensor(np.asarray(len(self._values), "int64"))

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """The keys, and what they lead to."""
        keys, values = list(self._values), list(self._values.values())
        return (
            convert_to_tensor(keys, self.key_dtype),
            convert_to_tensor(values, self.value_dtype),
        )


def _twice_message(key: Any, first: Any, second: Any) -> str:
    return explain(
        "A key of a table leads to one value",
        given=f"{key!r} with {first!r} and with {second!r}",
        expected="every key once",
        remedy="tf.lookup.KeyValueTensorInitializer(list(pairs), list(pairs.values()))",
    )

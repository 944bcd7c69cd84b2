"""Tensors of texts: what `tf.constant("a text")` and the functions of `tf.strings` give.

They are `TextTensor`s, arrays of `bytes`, as TensorFlow has them. Texts never reach machine code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.dtypes import string
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor
from geartrain.tensor.text_tensor import TEXT_KINDS, TextTensor


class RaggedTexts:
    """Rows of texts, each of a length of its own: what `tf.strings.split` gives."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = [row if isinstance(row, RaggedTexts) else as_texts(row) for row in rows]
        self.dtype = string

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The number of rows, and None for what differs from row to row."""
        inner = self.rows[0].shape if self.rows else (None,)
        return (len(self.rows), None, *inner[1:])

    def to_list(self) -> list[Any]:
        """The rows as lists of `bytes`."""
        return [
            each.to_list() if isinstance(each, RaggedTexts) else each.numpy().tolist()
            for each in self.rows
        ]

    def to_tensor(self, default_value: Any = "", name: str | None = None, shape: Any = None) -> Any:
        """Rows of one length, the shorter ones filled up; `shape` says another length."""
        longest = max((len(each) for each in self.rows), default=0)
        wanted = None if shape is None or len(shape) < 2 else shape[1]
        length = longest if wanted is None else int(wanted)
        filled = np.full((len(self.rows), length), as_texts(default_value).numpy(), object)
        for at, row in enumerate(map(as_texts, self.rows)):
            kept = row[:length]
            filled[at, : len(kept)] = kept.array
        return TextTensor(filled)

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Tensor:
        """How long each row is."""
        return ops.convert_to_tensor([len(each) for each in self.rows], "int64")

    @property
    def flat_values(self) -> TextTensor:
        """All texts in one row."""
        if not self.rows:
            return as_texts([])
        return TextTensor(np.concatenate([as_texts(each).array for each in self.rows]))

    values = flat_values

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple) and isinstance(key[0], slice):
            first, *rest = key
            return RaggedTexts([row[tuple(rest)] for row in self.rows[first]])
        if isinstance(key, tuple):
            return self.rows[key[0]][key[1:]]
        return RaggedTexts(self.rows[key]) if isinstance(key, slice) else self.rows[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"<RaggedTexts {self.to_list()}>"


def is_text(x: Any) -> bool:
    """Whether a value is text, or holds texts."""
    if isinstance(x, str | bytes | TextTensor | RaggedTexts):
        return True
    if isinstance(x, np.ndarray | np.generic):
        return x.dtype.kind in TEXT_KINDS
    return isinstance(x, list | tuple) and bool(x) and is_text(x[0])


def scalar(text: str | bytes) -> TextTensor:
    """One text as a tensor of rank 0."""
    found = np.empty((), object)
    found[()] = text
    return TextTensor(found)


def as_texts(given: Any) -> TextTensor:
    """Texts of what is given: a `str`, `bytes`, nested lists of them, an array.

    Raises:
        TypeError: there is something else in it.
        ValueError: lists of different lengths.
    """
    if isinstance(given, TextTensor):
        return given
    if isinstance(given, str | bytes):
        return scalar(given)
    if isinstance(given, list | tuple):
        parts = [as_texts(each).array for each in given]
        if len({each.shape for each in parts}) > 1:
            raise ValueError(_ragged_message(given))
        return TextTensor(np.stack(parts) if parts else np.empty(0, object))
    if not isinstance(given, np.ndarray | np.generic) or given.dtype.kind not in TEXT_KINDS:
        raise TypeError(_numbers_message(given))
    return TextTensor(given)


def changed(function: Callable[[Any], Any], elements: Any, dtype: Any = object) -> Array:
    """What a function makes of each element, in an array of the same shape."""
    plain = np.asarray(elements, object)
    found = np.empty(plain.shape, dtype)
    found.reshape(-1)[...] = [function(each) for each in plain.reshape(-1).tolist()]
    return found


def of_each(function: Callable[[bytes], Any], texts: Any) -> TextTensor:
    """Texts that a function makes of each text."""
    return TextTensor(changed(function, as_texts(texts).array))


def of_pieces(pieces: Sequence[Any], separator: bytes = b"") -> TextTensor:
    """Texts one behind the other, element by element."""
    plain = np.broadcast_arrays(*(as_texts(each).array for each in pieces))
    found = np.empty(plain[0].shape, object)
    rows = zip(*(each.reshape(-1).tolist() for each in plain), strict=True)
    found.reshape(-1)[...] = [separator.join(row) for row in rows]
    return TextTensor(found)


def _numbers_message(given: Any) -> str:
    return explain(
        "Texts are expected here",
        given=f"{given!r:.60} ({type(given).__name__})",
        expected="str or bytes, alone, in lists, or in a NumPy array",
        remedy="tf.strings.as_string(x)",
    )


def _ragged_message(given: Any) -> str:
    return explain(
        "Lists of different lengths cannot become a tensor of texts",
        given=f"{given!r:.60}",
        expected="lists of one length on each level",
        remedy="[' '.join(row) for row in rows]",
    )

"""Tensors of texts: what `tf.constant("a text")` and the functions of `tf.strings` give.

They are NumPy arrays of `bytes`, as TensorFlow has them, so that the layers that take texts take
them, too. Texts never reach machine code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.dtypes import StringDType, string
from geartrain.errors import explain
from geartrain.tensor import Tensor

TEXT_KINDS = "USOT"


class Texts(np.ndarray[Any, Any]):
    """Texts in a shape: an array of `bytes` with the methods that tensors have."""

    @property
    def dtype(self) -> StringDType:
        """`tf.string`."""
        return string

    def numpy(self) -> Any:
        """The text itself, or a NumPy array of them."""
        plain = self.view(np.ndarray)
        return plain if self.ndim else plain.item()

    def __getitem__(self, key: Any) -> Any:
        found = self.view(np.ndarray)[key]
        return found.view(Texts) if isinstance(found, np.ndarray) else scalar(found)

    def __iter__(self) -> Iterator[Any]:
        if not self.ndim:
            raise TypeError("a text of rank 0 has no parts: use x.numpy()")
        return (self[at] for at in range(len(self)))

    def __add__(self, other: Any) -> Texts:
        """Each text with another behind it."""
        return of_pieces([self, as_texts(other)])

    def __radd__(self, other: Any) -> Texts:
        return of_pieces([as_texts(other), self])

    def __eq__(self, other: object) -> Any:
        return ops.convert_to_tensor(np.equal(*_plain(self, as_texts(other))).astype(bool))

    def __ne__(self, other: object) -> Any:
        return ops.logical_not(self == other)

    __hash__ = None

    def __repr__(self) -> str:
        inner = (
            np.array2string(self.view(np.ndarray), separator=", ") if self.ndim else self.numpy()
        )
        return f"<Texts shape={self.shape}, {inner}>"

    __str__ = __repr__


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
        for at, row in enumerate(self.rows):
            kept = row[:length]
            filled[at, : len(kept)] = list(kept.numpy())
        return filled.view(Texts)

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Tensor:
        """How long each row is."""
        return ops.convert_to_tensor([len(each) for each in self.rows], "int64")

    @property
    def flat_values(self) -> Texts:
        """All texts in one row."""
        if not self.rows:
            return as_texts([])
        return np.concatenate([as_texts(each).view(np.ndarray) for each in self.rows]).view(Texts)

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
    if isinstance(x, str | bytes | Texts | RaggedTexts):
        return True
    if isinstance(x, np.ndarray | np.generic):
        return x.dtype.kind in TEXT_KINDS
    return isinstance(x, list | tuple) and bool(x) and is_text(x[0])


def scalar(text: str | bytes) -> Texts:
    """One text as a tensor of rank 0."""
    found = np.empty((), object)
    found[()] = _bytes(text)
    return found.view(Texts)


def as_texts(given: Any) -> Texts:
    """Texts of what is given: a `str`, `bytes`, nested lists of them, an array.

    Raises:
        TypeError: there is something else in it.
        ValueError: lists of different lengths.
    """
    if isinstance(given, Texts):
        return given
    if isinstance(given, str | bytes):
        return scalar(given)
    if isinstance(given, list | tuple):
        parts = [as_texts(each) for each in given]
        if len({each.shape for each in parts}) > 1:
            raise ValueError(_ragged_message(given))
        inner = parts[0].shape if parts else ()
        whole = np.empty((len(parts), *inner), object)
        for at, each in enumerate(parts):
            whole[at] = each.numpy()
        return whole.view(Texts)
    if not isinstance(given, np.ndarray | np.generic) or given.dtype.kind not in TEXT_KINDS:
        raise TypeError(_numbers_message(given))
    return changed(_bytes, np.asarray(given), object).view(Texts)


def changed(function: Callable[[Any], Any], texts: Any, dtype: Any = object) -> Any:
    """What a function makes of each text, in an array of the same shape."""
    plain = np.asarray(texts, object)
    found = np.empty(plain.shape, dtype)
    found.reshape(-1)[...] = [function(each) for each in plain.reshape(-1).tolist()]
    return found


def of_each(function: Callable[[bytes], Any], texts: Any) -> Texts:
    """Texts that a function makes of each text."""
    found: Texts = changed(lambda each: _bytes(function(each)), as_texts(texts)).view(Texts)
    return found


def of_pieces(pieces: Sequence[Any], separator: bytes = b"") -> Texts:
    """Texts one behind the other, element by element."""
    plain = np.broadcast_arrays(*_plain(*map(as_texts, pieces)))
    found = np.empty(plain[0].shape, object)
    rows = zip(*(each.reshape(-1).tolist() for each in plain), strict=True)
    found.reshape(-1)[...] = [separator.join(row) for row in rows]
    return found.view(Texts)


def _plain(*texts: Any) -> list[Any]:
    return [each.view(np.ndarray) for each in texts]


def _bytes(text: Any) -> bytes:
    if isinstance(text, str):
        return str(text).encode()
    if isinstance(text, bytes):
        return bytes(text)
    raise TypeError(_numbers_message(text))


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

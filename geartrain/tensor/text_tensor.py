"""`TextTensor`: texts in the form of a tensor, for what goes through a pipeline of data.

No machine code and no primitive works on texts. They are kept as bytes (UTF-8), one Python object
a place, and layers of texts take them as they take arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.tensor.dtypes import DType
from geartrain.tensor.shape import format_shape
from geartrain.tensor.tensor import Array, Tensor

TEXT_KINDS = "USOT"
SHOWN = 6


class TextDType:
    """The dtype of texts; equal to "string"."""

    name = "string"
    kind = "O"
    itemsize = 8
    type = bytes

    def __eq__(self, other: object) -> bool:
        return getattr(other, "name", other) in ("string", "str", "object") or other in (str, bytes)

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return "string"


STRING: Any = TextDType()


def is_text(array: Any) -> bool:
    """Whether an array of NumPy's holds texts."""
    if array.dtype.kind in "US":
        return True
    return array.dtype.kind in "OT" and all(
        isinstance(each, str | bytes) for each in array.reshape(-1)[:1]
    )


def text_array(given: Any) -> Array:
    r"""Texts of any form as an array of `bytes` objects; `str` is encoded as UTF-8.

    Raises:
        TypeError: something among them is no text.

    >>> text_array(["a", b"b\0"]).tolist()
    [b'a', b'b\x00']
    """
    array = _as_objects(given)
    if array.dtype.kind in TEXT_KINDS:
        found = np.empty(array.shape, object)
        flat = array.reshape(-1).tolist()
        found.reshape(-1)[:] = [_encoded(each) for each in flat]
        return found
    raise TypeError(f"texts are needed, and these are numbers of dtype {array.dtype}")


def _as_objects(given: Any) -> Array:
    """Texts as an array; NumPy's own arrays of texts lose zeros at the end of each."""
    if not isinstance(given, str | bytes | list):
        return np.asarray(given)
    found = np.asarray(given, object)
    return found if is_text(found) else np.asarray(given)


def _encoded(text: Any) -> bytes:
    if isinstance(text, bytes):
        return text
    if isinstance(text, str):
        return text.encode()
    raise TypeError(f"texts are str or bytes, and {text!r} is {type(text).__name__}")


class TextTensor(Tensor):
    """An immutable array of texts, kept as `bytes`.

    Args:
        given: texts: a `str`, `bytes`, lists of them, or an array.

    >>> texts = TextTensor([["a", "bc"], ["d", "e"]])
    >>> texts.shape, texts.dtype, texts[0, 1].numpy()
    ((2, 2), string, b'bc')
    """

    __slots__ = ()

    def __init__(self, given: Any) -> None:
        super().__init__(text_array(given))

    @property
    def dtype(self) -> DType:
        """The dtype of texts, which is equal to "string"."""
        found: DType = STRING
        return found

    def numpy(self) -> Any:
        """The texts: an array of `bytes` objects; a single one is `bytes` itself."""
        return self.array.item() if not self.shape else super().numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.array, dtype=dtype, copy=copy)

    def __getitem__(self, key: Any) -> TextTensor:
        return TextTensor(self.array[key])

    def __iter__(self) -> Iterator[Tensor]:
        return (TextTensor(each) for each in self.array)

    def __eq__(self, other: object) -> Any:
        return Tensor(np.asarray(self.array == _comparable(other)))

    def __ne__(self, other: object) -> Any:
        return Tensor(np.asarray(self.array != _comparable(other)))

    def __add__(self, other: Any) -> TextTensor:
        """Each text with another behind it."""
        return TextTensor(self.array + np.asarray(_comparable(other), object))

    def __radd__(self, other: Any) -> TextTensor:
        return TextTensor(np.asarray(_comparable(other), object) + self.array)

    def __hash__(self) -> int:
        return id(self)

    def reshape(self, *shape: Any) -> TextTensor:
        """The texts in another shape."""
        return TextTensor(self.array.reshape(*shape))

    def _repr_html_(self) -> None:  # type: ignore[override]
        """None: a notebook shows what `repr` gives."""

    def __bool__(self) -> bool:
        return bool(self.array)

    def __repr__(self) -> str:
        flat = self.array.reshape(-1).tolist()
        shown = repr(flat[0]) if not self.shape else f"{flat[:SHOWN]!r}"
        dots = " ..." if len(flat) > SHOWN else ""
        return f"<Tensor shape={format_shape(self.shape)}, dtype=string, {shown}{dots}>"

    __str__ = __repr__


def _comparable(other: Any) -> Any:
    if isinstance(other, str):
        return other.encode()
    if isinstance(other, bytes):
        return other
    return text_array(other.array if isinstance(other, Tensor) else other)

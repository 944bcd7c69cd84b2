"""Dtypes under TensorFlow's names, `tf.string`, and shapes of which sizes are unknown.

Numbers have the dtypes of NumPy: `tf.float32` is `numpy.dtype("float32")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.tensor import Dim
from geartrain.tensor import as_dtype as number_dtype

__all__ = [
    "TensorShape", "as_dtype", "bfloat16", "bool", "complex128", "complex64",
    "double", "float16", "float32", "float64", "half", "int16", "int32", "int64", "int8", "string",
    "uint16", "uint32", "uint64", "uint8",
]  # fmt: skip


class StringDType(str):
    """The dtype of texts: equal to "string", as every dtype is equal to its name."""

    __slots__ = ()
    kind = "O"
    itemsize = 8
    as_numpy_dtype = object
    is_floating = is_integer = is_bool = is_complex = False

    @property
    def name(self) -> str:
        """The name of the dtype."""
        return str(self)

    def __repr__(self) -> str:
        return "tf.string"


string = StringDType("string")
bool = number_dtype("bool")
int8, int16, int32, int64 = (number_dtype(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (number_dtype(f"uint{bits}") for bits in (8, 16, 32, 64))
float16, float32, float64 = (number_dtype(f"float{bits}") for bits in (16, 32, 64))
bfloat16 = number_dtype("bfloat16")
complex64, complex128 = number_dtype("complex64"), number_dtype("complex128")
half, double = float16, float64


def as_dtype(type_value: Any) -> Any:
    """The dtype that a name, a type or a dtype means; texts have one, too.

    >>> as_dtype("float32"), as_dtype(str)
    (dtype('float32'), tf.string)
    """
    if isinstance(type_value, StringDType) or type_value in ("string", str, bytes):
        return string
    return number_dtype(type_value)


class TensorShape:
    """A shape, of which sizes, or all of it, may be unknown (None).

    >>> TensorShape([None, 3]).as_list(), TensorShape((2, 3)).num_elements()
    ([None, 3], 6)
    """

    def __init__(self, dims: Any) -> None:
        given = dims.dims if isinstance(dims, TensorShape) else dims
        if isinstance(given, int):
            given = (given,)
        self.dims: tuple[int | None, ...] | None = None
        if given is not None:
            self.dims = tuple(map(_size, given))

    @property
    def rank(self) -> int | None:
        """The number of axes."""
        return None if self.dims is None else len(self.dims)

    ndims = rank

    def as_list(self) -> list[int | None]:
        """The sizes.

        Raises:
            ValueError: not even their number is known.
        """
        return list(self._known())

    def _known(self) -> tuple[int | None, ...]:
        if self.dims is None:
            raise ValueError("the rank of this shape is not known, so it has no sizes")
        return self.dims

    def num_elements(self) -> int | None:
        """How many elements a tensor of this shape has, if that is known."""
        sizes = [size for size in self.dims or () if size is not None]
        whole = self.dims is not None and len(sizes) == len(self.dims)
        return int(np.prod(sizes)) if whole else None

    def is_fully_defined(self) -> Any:
        """Whether every size is known."""
        return self.dims is not None and None not in self.dims

    def is_compatible_with(self, other: Any) -> Any:
        """Whether there is a tensor that has both shapes."""
        theirs = TensorShape(other).dims
        if self.dims is None or theirs is None:
            return True
        pairs = zip(self.dims, theirs, strict=False)
        return len(self.dims) == len(theirs) and all(a == b or None in (a, b) for a, b in pairs)

    def concatenate(self, other: Any) -> TensorShape:
        """The sizes of this shape, then those of another."""
        theirs = TensorShape(other).dims
        if self.dims is None or theirs is None:
            return TensorShape(None)
        return TensorShape((*self.dims, *theirs))

    def __getitem__(self, key: Any) -> Any:
        found = self._known()[key]
        return TensorShape(found) if isinstance(key, slice) else found

    def __iter__(self) -> Iterator[int | None]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, TensorShape | tuple | list):
            return NotImplemented
        return self.dims == TensorShape(other).dims

    def __hash__(self) -> int:
        return hash(self.dims)

    def __repr__(self) -> str:
        return f"TensorShape({None if self.dims is None else list(self.dims)})"


def _size(size: Any) -> int | None:
    return None if size is None or isinstance(size, Dim) else int(size)

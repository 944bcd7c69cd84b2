"""Data types: their names, and which one a mixture of two gives.

Every dtype is a `numpy.dtype`. Python's own numbers are *weak*: `x + 1.0` keeps the dtype of a
float `x`, as in Keras 3, NumPy 2 and JAX.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from geartrain.defaults import DEFAULTS
from geartrain.errors import explain, nearest

DType = np.dtype[Any]

FLOAT32: DType = np.dtype("float32")
FLOAT64: DType = np.dtype("float64")
INT8: DType = np.dtype("int8")
INT32: DType = np.dtype("int32")
INT64: DType = np.dtype("int64")
UINT8: DType = np.dtype("uint8")
UINT32: DType = np.dtype("uint32")
BOOL: DType = np.dtype("bool")
COMPLEX64: DType = np.dtype("complex64")
TEXT: DType = np.dtype(object)  # of `str` and `bytes`, which stay on the host

NAMES = (
    "bool",
    *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
    *("bfloat16", "float16", "float32", "float64"),
    *("complex64", "complex128"),
)


class DTypeError(TypeError, ValueError):
    """There is no such dtype, or what is given has one that is not of numbers.

    It is both: Python's `TypeError`, and the `ValueError` that Keras raises.
    """


_named: dict[Any, DType] = {}  # what was found before: layers ask at each call


def as_dtype(dtype: Any) -> DType:
    """The NumPy dtype that a name, a type or a dtype means.

    Raises:
        TypeError: there is no such dtype; the message names the nearest ones.

    >>> as_dtype("float32"), as_dtype(bool)
    (dtype('float32'), dtype('bool'))
    """
    lasts = type(dtype) is str or isinstance(dtype, np.dtype)
    if lasts and dtype in _named:
        return _named[dtype]
    if isinstance(dtype, str) and dtype == "bfloat16":
        import ml_dtypes

        bfloat16: DType = np.dtype(ml_dtypes.bfloat16)
        return bfloat16
    try:
        found: DType = np.dtype(dtype)
    except TypeError:
        raise DTypeError(_unknown_dtype(dtype)) from None
    if found.name not in NAMES:
        raise DTypeError(_unknown_dtype(dtype))
    if not found.isnative:
        found = found.newbyteorder("=")
    if lasts:
        _named[dtype] = found
    return found


def native(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array with its bytes in this machine's order, which machine code takes them in.

    >>> native(np.array([1.0], ">f4")).dtype == np.dtype("float32")
    True
    """
    if array.dtype.isnative:
        return array
    return array.astype(array.dtype.newbyteorder("="))


class TextName(str):
    """The name of the dtype of texts, where users see it: it equals "string", as in Keras."""

    __slots__ = ()
    kind, itemsize = TEXT.kind, TEXT.itemsize

    @property
    def name(self) -> str:
        """The name itself."""
        return str(self)


STRING = TextName("string")


def is_text(dtype: Any) -> bool:
    """Whether a dtype is that of texts."""
    return bool(dtype.kind == TEXT.kind)


def held_dtype(dtype: Any) -> DType:
    """The NumPy dtype that a name means; that of texts as well.

    >>> held_dtype("string")
    dtype('O')
    """
    if dtype is TEXT or (isinstance(dtype, str) and dtype == STRING):
        return TEXT
    return as_dtype(dtype)


def require_numbers(*dtypes: DType) -> None:
    """Raise where texts are among what is computed with.

    Raises:
        TypeError: they are.
    """
    if any(map(is_text, dtypes)):
        raise TypeError(
            explain(
                "Texts are no numbers",
                given="a tensor of texts (dtype 'string')",
                expected="numbers, which a layer makes of texts",
                remedy="layers.TextVectorization, StringLookup or Hashing before it",
            )
        )


def _unknown_dtype(dtype: Any) -> str:
    close = nearest(str(dtype), NAMES) or ["float32"]
    return explain(
        "There is no such dtype",
        given=f"dtype={dtype!r}",
        expected="one of " + ", ".join(NAMES),
        remedy=f"dtype={close[0]!r}",
    )


@cache
def is_floating(dtype: DType) -> bool:
    """Whether the dtype is a real floating-point one, bfloat16 included."""
    return dtype.kind == "f" or dtype.name == "bfloat16"


DIFFERENTIABLE_KINDS = frozenset("fcV")  # real and complex floats; V is bfloat16


def is_differentiable(dtype: DType) -> bool:
    """Whether derivatives go through values of this dtype: real and complex floats."""
    return dtype.kind in DIFFERENTIABLE_KINDS


def finfo(dtype: DType) -> Any:
    """The limits of a floating-point dtype, bfloat16 included: `max`, `min`, `eps`, ..."""
    if dtype.name == "bfloat16":
        import ml_dtypes

        limits: Any = ml_dtypes.finfo
        return limits(dtype)
    return np.finfo(dtype)


def promote(first: DType, second: DType) -> DType:
    """The dtype that an operation on two tensors computes in, by Keras 3's lattice.

    A float wins over an integer and keeps its own width: int64 with float32 gives float32.
    """
    if first == second:
        return first
    if "O" in (first.kind, second.kind):
        require_numbers(first, second)
    if "c" in (first.kind, second.kind):
        return _promote_complex(first, second)
    if is_floating(first) != is_floating(second):
        return first if is_floating(first) else second
    if "bfloat16" in (first.name, second.name):
        return _promote_bfloat16(first, second)
    if {first.name, second.name} & {"uint64"} and "i" in (first.kind, second.kind):
        return FLOAT32
    return np.result_type(first, second)


def _promote_complex(first: DType, second: DType) -> DType:
    wide = any(each.name in ("complex128", "float64") for each in (first, second))
    return np.dtype("complex128" if wide else "complex64")


def _promote_bfloat16(first: DType, second: DType) -> DType:
    other = second if first.name == "bfloat16" else first
    return FLOAT32 if other.name == "float16" else other


def scalar_default(dtype: DType) -> DType:
    """The dtype of numbers written in Python: floats are `floatx`, integers int32."""
    if dtype.kind == "f":
        return default_float()
    return {"i": INT32, "c": COMPLEX64}.get(dtype.kind, dtype)


def default_float() -> DType:
    """The dtype of floats that are given none: `config.floatx`, float32 if nobody says so."""
    return FLOAT32 if DEFAULTS.floatx == "float32" else as_dtype(DEFAULTS.floatx)


def scalar_dtype(value: Any, beside: DType | None) -> DType:
    """The dtype that a Python number takes beside a tensor of dtype `beside` (None: alone)."""
    if isinstance(value, complex):
        return _promote_complex(COMPLEX64, beside if beside is not None else COMPLEX64)
    if isinstance(value, bool):
        return beside if beside is not None else BOOL
    if isinstance(value, int):
        return beside if beside is not None and beside != BOOL else INT32
    return beside if beside is not None and is_differentiable(beside) else default_float()

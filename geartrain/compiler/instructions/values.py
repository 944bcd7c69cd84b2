"""Values of LLVM IR: a text, an element's dtype, and a number of lanes; constants among them."""

from __future__ import annotations

import struct
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from geartrain.tensor import DType, is_floating
from geartrain.tensor.dtypes import BOOL, INT64

LLVM_TYPES = {
    "bool": "i1",
    "float32": "float",
    "float64": "double",
    "float16": "i16",  # see `halves.py`
    "bfloat16": "i16",
    **{f"{sign}int{bits}": f"i{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}


class Value(NamedTuple):
    """A value in a register: its text, its element's dtype, and its number of lanes."""

    text: str
    dtype: DType
    lanes: int = 1

    @property
    def type(self) -> str:
        """The LLVM type."""
        return llvm_type(self.dtype, self.lanes)

    def __str__(self) -> str:
        return f"{self.type} {self.text}"


@cache
def llvm_type(dtype: DType, lanes: int = 1) -> str:
    """The LLVM type of a register: `float`, `<16 x float>`."""
    element = LLVM_TYPES[dtype.name]
    return element if lanes == 1 else f"<{lanes} x {element}>"


@cache
def memory_type(dtype: DType) -> str:
    """The LLVM type of an element in memory, where a bool takes a byte."""
    return "i8" if dtype == BOOL else LLVM_TYPES[dtype.name]


def constant(number: bool | float, dtype: DType, lanes: int = 1) -> Value:
    """A number in every lane."""
    # A program has thousands of the same few numbers. Zeros are kept apart, as -0.0 == 0.0.
    text = _kept_text(number, dtype) if number else _constant_text(number, dtype)
    if lanes > 1:
        text = f"splat ({llvm_type(dtype)} {text})"
    return Value(text, dtype, lanes)


@lru_cache(maxsize=4096)
def _kept_text(number: bool | float, dtype: DType) -> str:
    return _constant_text(number, dtype)


def _constant_text(number: bool | float, dtype: DType) -> str:
    if dtype == BOOL:
        return "true" if number else "false"
    if not is_floating(dtype):
        return str(int(number))
    if dtype.name == "float64":
        rounded = float(number)
    elif dtype.name == "float32":
        rounded = _round_to_float32(float(number))
    else:  # 16 bits, as a whole number
        with np.errstate(over="ignore"):
            return str(int(np.asarray(number, dtype).view(np.uint16)))
    return f"0x{struct.unpack('<Q', struct.pack('<d', rounded))[0]:016X}"


def _round_to_float32(number: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def integer(number: int) -> Value:
    """An index."""
    return constant(number, INT64)


def known(index: Value) -> int | None:
    """The number that an index is at compile time, or None."""
    return int(index.text) if index.lanes == 1 and index.text.lstrip("-").isdigit() else None

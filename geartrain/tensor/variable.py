"""`Variable`: a named tensor that can be given a new value, such as a weight."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.tensor.dtypes import DType, as_dtype, scalar_default
from geartrain.tensor.interpreter import current_interpreter, current_observers
from geartrain.tensor.shape import format_shape
from geartrain.tensor.tensor import Array, Tensor

ALIGNMENT = 64  # bytes: a cache line, and the widest vector


def aligned_empty(shape: Sequence[int], dtype: DType) -> Array:
    """An uninitialised array that starts on a cache line."""
    size_bytes = math.prod(shape) * dtype.itemsize
    memory = np.empty(size_bytes + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size_bytes].view(dtype).reshape(shape)


class Variable:
    """A tensor with a name whose value can change, such as a weight.

    Reading it (`value`) gives an immutable `Tensor`; a compiled step changes the memory in place,
    which is copied first if any such tensor still looks at it.
    """

    __array_priority__ = 100  # NumPy lets our operators go first: ndarray * Variable is a Tensor

    def __init__(
        self, value: Any, *, dtype: Any = None, trainable: bool = True, name: str = "variable"
    ) -> None:
        start = value.numpy() if isinstance(value, Tensor) else np.asarray(value)
        default = start.dtype if hasattr(value, "dtype") else scalar_default(start.dtype)
        wanted = as_dtype(dtype) if dtype is not None else default
        self._buffer = aligned_empty(start.shape, wanted)
        self._buffer[...] = start
        self._address: int = self._buffer.ctypes.data
        self.name = name
        self.path = name
        self.trainable = trainable

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each axis; it never changes."""
        shape: tuple[int, ...] = self._buffer.shape
        return shape

    @property
    def dtype(self) -> DType:
        """The type of each element; it never changes."""
        return self._buffer.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._buffer.ndim

    @property
    def value(self) -> Tensor:
        """The current value. Reading is seen by tapes and by tracing."""
        tensor = current_interpreter().read(self)
        for observer in current_observers():
            observer.observe_read(self, tensor)
        return tensor

    def numpy(self) -> Array:
        """A copy of the numbers."""
        return self._buffer.copy()

    def assign(self, value: Any) -> Tensor:
        """Give the variable a new value of its own shape, and return it.

        Raises:
            ValueError: the shape differs from the variable's.
        """
        given = value.value if isinstance(value, Variable) else value
        tensor = given if isinstance(given, Tensor) else Tensor(np.asarray(given, self.dtype))
        if tensor.shape != self.shape or (tensor.is_symbolic and tensor.dtype != self.dtype):
            raise ValueError(_assign_message(self, tensor))
        current_interpreter().assign(self, tensor)
        return tensor

    def snapshot(self) -> Tensor:
        """The current value as a tensor that shares the memory until it is changed."""
        return Tensor(self._buffer)

    def overwrite(self, numbers: Array) -> None:
        """Replace the numbers, leaving tensors read before untouched."""
        self.exclusive_buffer()[...] = numbers

    def exclusive_buffer(self) -> Array:
        """The memory itself, for a compiled step to change in place.

        If a tensor or an array still looks at the memory, the variable moves to a copy first.
        """
        if self._references() != _lone_references():
            fresh = aligned_empty(self._buffer.shape, self._buffer.dtype)
            fresh[...] = self._buffer
            self._buffer = fresh
            self._address = fresh.ctypes.data
        return self._buffer

    def exclusive_address(self) -> int:
        """Where the memory is that `exclusive_buffer` gives."""
        self.exclusive_buffer()
        return self._address

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become a copy, or what was pickled: its memory is of its own."""
        vars(self).update(state)
        self._buffer = aligned_empty(self.shape, self.dtype)
        self._buffer[...] = state["_buffer"]
        self._address = self._buffer.ctypes.data

    def _references(self) -> tuple[int, int]:
        """How many hold the array, and how many its memory (views of it hold only that)."""
        return sys.getrefcount(self._buffer), sys.getrefcount(self._buffer.base)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self._buffer, dtype=dtype)

    def __repr__(self) -> str:
        shape = format_shape(self.shape)
        return f"<Variable {self.path}, shape={shape}, dtype={self.dtype.name}>"

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@cache
def _lone_references() -> tuple[int, int]:
    """The reference counts of a variable's memory that nobody else looks at."""
    return Variable(0.0)._references()


def _assign_message(variable: Variable, value: Tensor) -> str:
    return explain(
        f"Variable '{variable.path}' cannot take this value",
        given=f"shape {format_shape(value.shape)}, {value.dtype.name}",
        expected=f"shape {format_shape(variable.shape)}, {variable.dtype.name}, "
        "set when the variable was made",
        remedy=f"variable.assign(value.reshape({format_shape(variable.shape)}))",
    )

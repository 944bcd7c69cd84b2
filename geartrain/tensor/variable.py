"""`Variable`: a named tensor that can be given a new value, such as a weight."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.names import unique_name
from geartrain.tensor.changes import changes
from geartrain.tensor.dtypes import DType, as_dtype, default_float, is_floating, scalar_default
from geartrain.tensor.interpreter import current_interpreter, duty
from geartrain.tensor.shape import format_shape
from geartrain.tensor.tensor import Array, Tensor
from geartrain.tensor.traced import refuse_traced

ALIGNMENT = 64  # bytes: a cache line, and the widest vector


def aligned_empty(shape: Sequence[int], dtype: DType) -> Array:
    """An uninitialised array that starts on a cache line."""
    size_bytes = math.prod(shape) * dtype.itemsize
    memory = np.empty(size_bytes + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size_bytes].view(dtype).reshape(shape)


AGGREGATIONS = (None, "none", "mean", "sum", "only_first_replica")
SYNCHRONIZATIONS = (None, "none", "on_read", "on_write", "auto")
_cast: list[Callable[[Any, Any], Any]] = []


def install_cast(cast: Callable[[Any, Any], Any]) -> None:
    """Say how a tensor is cast: operations live in rooms above."""
    _cast[:] = [cast]


class Variable:
    """A tensor with a name whose value can change, such as a weight.

    Reading it (`value`) gives an immutable `Tensor`; a compiled step changes the memory in place,
    which is copied first if any such tensor still looks at it.

    Args:
        initializer: the first value; or a name or function that makes one of a shape and a dtype.
        shape: for such a function.
        dtype: None is that of the value; of Python's floats, and of a function, `floatx`.
        trainable: whether training changes it.
        autocast: whether it is read in the dtype in which the layer around computes.
        aggregation: taken for the sake of Keras's users: there is one replica.
        synchronization: taken likewise.
        name: without a slash; None numbers "variable".
        layout: taken likewise.

    Raises:
        ValueError: an impossible name or aggregation, or a function without a shape.

    >>> weight = Variable([1.0, 2.0], name="weight")
    >>> weight.assign([3.0, 4.0]).tolist(), weight.dtype.name
    ([3.0, 4.0], 'float32')
    """

    __array_priority__ = 100  # NumPy lets our operators go first: ndarray * Variable is a Tensor

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str = "auto",
        name: str | None = None,
        layout: Any = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise TypeError(f"Variable does not know the arguments {', '.join(kwargs)}")
        name = unique_name("variable") if name is None else name
        if not isinstance(name, str) or "/" in name:
            raise ValueError(_name_message(name))
        if aggregation not in AGGREGATIONS:
            raise ValueError(_option_message(name, "aggregation", aggregation, AGGREGATIONS))
        if synchronization not in SYNCHRONIZATIONS:
            raise ValueError(
                _option_message(name, "synchronization", synchronization, SYNCHRONIZATIONS)
            )
        if duty.stateless is not None:
            duty.stateless.refuse_new(name, initializer)
        value = _first_value(name, initializer, shape, dtype)
        start = value.numpy() if isinstance(value, Tensor | Variable) else np.asarray(value)
        default = start.dtype if hasattr(value, "dtype") else scalar_default(start.dtype)
        wanted = as_dtype(dtype if dtype is not None else default)
        self._buffer = aligned_empty(start.shape, wanted)
        self._buffer[...] = start
        self._address: int = self._buffer.ctypes.data
        self.name = name
        self.path = "/".join([*duty.path, name])
        self._trainable = bool(trainable)
        self.autocast = autocast
        self.aggregation, self.synchronization = aggregation or "none", synchronization
        self.overwrite_with_gradient = False
        self.layout = layout
        self._regularizer: Any = None
        self._constraint: Any = None

    @property
    def trainable(self) -> bool:
        """Whether training changes it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        changes.note()

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._buffer.size

    @property
    def regularizer(self) -> Any:
        """A function of the variable that is added to the loss, or None."""
        return self._regularizer

    @regularizer.setter
    def regularizer(self, function: Any) -> None:
        self._regularizer = _function_or_none(self, "regularizer", function)

    @property
    def constraint(self) -> Any:
        """A function of the variable that gives the value it may have, or None."""
        return self._constraint

    @constraint.setter
    def constraint(self, function: Any) -> None:
        self._constraint = _function_or_none(self, "constraint", function)

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
        """The current value. Reading is seen by tapes and by tracing.

        Inside of a layer whose policy says so it is cast to the dtype in which that computes.
        """
        held = None if duty.stateless is None else duty.stateless.get_current_value(self)
        if held is not None:
            return held if duty.autocast is None else self._autocast(held)
        tensor = current_interpreter().read(self)
        for observer in duty.observers:
            observer.observe_read(self, tensor)
        return tensor if duty.autocast is None else self._autocast(tensor)

    def _autocast(self, tensor: Tensor) -> Tensor:
        if not self.autocast or not is_floating(self.dtype) or self.dtype == duty.autocast:
            return tensor
        cast: Tensor = _cast[0](tensor, duty.autocast)
        return cast

    def numpy(self) -> Array:
        """A copy of the numbers."""
        held = None if duty.stateless is None else duty.stateless.get_current_value(self)
        return self._buffer.copy() if held is None else np.array(held.numpy())

    def assign(self, value: Any) -> Tensor:
        """Give the variable a new value of its own shape, and return it.

        Raises:
            ValueError: the shape differs from the variable's.
        """
        tensor = self.as_own(value)
        if tensor.shape != self.shape:
            raise ValueError(_assign_message(self, tensor))
        if duty.stateless is not None:
            duty.stateless.add_update((self, tensor))
        else:
            current_interpreter().assign(self, tensor)
        return tensor

    def as_own(self, value: Any) -> Tensor:
        """A value as a tensor of the variable's dtype."""
        given = value.value if isinstance(value, Variable) else value
        if isinstance(given, Tensor):
            tensor = given
        else:
            refuse_traced(given)
            tensor = Tensor(np.asarray(given, self.dtype))
        if tensor.dtype == self.dtype:
            return tensor
        cast: Tensor = _cast[0](tensor, self.dtype)
        return cast

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
        if self._references() != _lone_references():
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
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def __float__(self) -> float:
        return float(self.snapshot())

    def __int__(self) -> int:
        return int(self.snapshot())

    def __bool__(self) -> bool:
        raise TypeError(_truth_message(self))

    def __repr__(self) -> str:
        shape, numbers = format_shape(self.shape), np.array2string(self._buffer, threshold=40)
        return (
            f"<Variable path={self.path}, shape={shape}, dtype={self.dtype.name}, value={numbers}>"
        )

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


def _first_value(name: str, initializer: Any, shape: Any, dtype: Any) -> Any:
    """The value to begin with, made by a function if one is given."""
    if isinstance(initializer, str):  # initializers are of a room above: it is asked for by name
        initializer = import_module("geartrain.initializers").get(initializer)
    if isinstance(initializer, Tensor) or not callable(initializer):
        return initializer
    if shape is None:
        raise ValueError(_shape_message(name, initializer))
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return initializer(sizes, dtype=default_float().name if dtype is None else dtype)


def _function_or_none(variable: Variable, what: str, function: Any) -> Any:
    if function is None or callable(function):
        return function
    raise ValueError(
        explain(
            f"Variable '{variable.path}' cannot have this {what}",
            given=f"{what}={function!r}",
            expected="a function of the variable, or None",
            remedy=f"variable.{what} = {what}s.get(name)",
        )
    )


def _name_message(name: object) -> str:
    return explain(
        "This cannot be the name of a variable",
        given=f"name={name!r}",
        expected="text without a slash: paths are made of names and slashes",
        remedy="name='kernel'",
    )


def _option_message(name: str, option: str, given: object, known: Sequence[object]) -> str:
    return explain(
        f"Variable '{name}' cannot have this {option}",
        given=f"{option}={given!r}",
        expected="one of " + ", ".join(map(repr, known)),
        remedy=f"{option}='none'",
    )


def _shape_message(name: str, initializer: object) -> str:
    return explain(
        f"Variable '{name}' needs a shape",
        given=f"initializer={initializer!r}, which makes values of any shape, and shape=None",
        expected="the shape of the variable",
        remedy="Variable(initializer, shape=(784, 512))",
    )


def _truth_message(variable: Variable) -> str:
    return explain(
        "A variable is neither true nor false",
        given=f"Variable '{variable.path}' in `if`, `while`, `and`, `not` or bool()",
        expected="a comparison of its value",
        remedy="if variable.numpy() > 0:",
    )

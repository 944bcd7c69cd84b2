"""Variables, constants, placeholders, and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from geartrain import initializers, layers, ops
from geartrain.compat.keras.backend.functions import function
from geartrain.defaults import floatx
from geartrain.symbolic import KerasTensor, is_keras_tensor
from geartrain.tensor import Array, Tensor, Variable

__all__ = [
    "Update", "arange", "batch_get_value", "batch_set_value", "cast_to_floatx", "constant",
    "count_params", "dtype", "eval", "eye", "get_value", "get_variable_shape", "identity",
    "is_placeholder", "is_sparse", "is_tensor", "is_variable", "moving_average_update", "ones",
    "ones_like", "placeholder", "print_tensor", "random_normal_variable",
    "random_uniform_variable", "set_value", "to_dense", "update", "update_add", "update_sub",
    "variable", "zeros", "zeros_like",
]  # fmt: skip


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
    """A variable with these numbers; floats are `floatx`.

    >>> float(variable(2.0))
    2.0
    """
    if isinstance(value, Tensor):
        value = value.numpy()
    made = Variable(np.asarray(value), dtype=dtype or floatx(), name=name)
    made.constraint = constraint
    return made


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """A tensor of numbers, repeated to a shape.

    >>> constant(3.0, shape=(2,)).tolist()
    [3.0, 3.0]
    """
    numbers = np.asarray(value, dtype=dtype or floatx())
    if shape is not None:
        whole = numbers.size == np.prod(shape)
        numbers = numbers.reshape(shape) if whole else np.broadcast_to(numbers, shape)
    return ops.convert_to_tensor(numbers)


def placeholder(
    shape: Any = None,
    ndim: int | None = None,
    dtype: Any = None,
    sparse: bool = False,
    name: str | None = None,
    ragged: bool = False,
) -> Any:
    """A symbolic tensor, of which functions are made; the first axis is the batch.

    >>> placeholder((1, 8, 8, 3)).shape
    (1, 8, 8, 3)
    """
    sizes = (None,) * (ndim or 0) if shape is None else tuple(shape)
    if not sizes:
        return KerasTensor((), dtype or floatx(), name=name)
    return layers.Input(
        batch_shape=sizes, dtype=dtype or floatx(), name=name, sparse=sparse, ragged=ragged
    )


def is_placeholder(x: Any) -> bool:
    """Whether this is a symbolic tensor that nothing was computed for."""
    return is_keras_tensor(x) and x.value.role.value == "input"


def is_tensor(x: Any) -> bool:
    """Whether this is a tensor or a variable, symbolic ones included."""
    return isinstance(x, Tensor | Variable)


def is_variable(x: Any) -> bool:
    """Whether this is a variable."""
    return isinstance(x, Variable)


def is_sparse(tensor: Any) -> bool:
    """Whether this is a `tf.SparseTensor`."""
    return isinstance(tensor, _sparse().SparseTensor)


def to_dense(tensor: Any) -> Any:
    """The tensor, dense."""
    return _sparse().to_dense(tensor) if is_sparse(tensor) else tensor


def _sparse() -> Any:
    """The module of sparse tensors, which few ask for."""
    return import_module("geartrain.compat.tensorflow.sparse")


def identity(x: Any, name: str | None = None) -> Any:
    """A tensor of the same numbers."""
    return ops.copy(x)


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """Print a tensor's numbers whenever they are computed; gives the tensor."""
    from geartrain import debug

    debug.print(f"{message} {{}}".lstrip(), x)
    return x


def dtype(x: Any) -> str:
    """The name of a tensor's dtype."""
    return str(np.dtype(x.dtype).name) if not hasattr(x.dtype, "name") else str(x.dtype.name)


def count_params(x: Any) -> int:
    """How many numbers a variable or tensor has."""
    return int(np.prod(x.shape))


def get_variable_shape(x: Any) -> tuple[int, ...]:
    """The shape of a variable."""
    return tuple(x.shape)


def cast_to_floatx(x: Any) -> Any:
    """An array, or a tensor, in `floatx`."""
    if isinstance(x, Tensor | Variable):
        return ops.cast(x, floatx())
    return np.asarray(x, dtype=floatx())


# -- numbers ---------------------------------------------------------------------------------------


def get_value(x: Any) -> Any:
    """The numbers of a variable or tensor."""
    if is_keras_tensor(x):
        return eval(x)
    return (x.numpy() if hasattr(x, "numpy") else np.asarray(x))[()]  # a scalar of one number


def eval(x: Any) -> Array:
    """The numbers of a tensor; a symbolic one may depend on variables and constants alone.

    >>> eval(variable([1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    if not is_keras_tensor(x):
        found: Array = get_value(x)
        return found
    return function([], [x])([])[0]  # type: ignore[no-any-return]


def batch_get_value(tensors: Iterable[Any]) -> list[Any]:
    """The numbers of several."""
    return [get_value(each) for each in tensors]


def set_value(x: Any, value: Any) -> None:
    """Give a variable other numbers."""
    x.assign(np.asarray(value, dtype=x.dtype))


def batch_set_value(tuples: Iterable[tuple[Any, Any]]) -> None:
    """Give several variables other numbers."""
    for x, value in tuples:
        set_value(x, value)


class Update(tuple[Any, Any]):
    """A variable and the symbolic tensor that `function(..., updates=)` gives it."""

    __slots__ = ()


def update(x: Any, new_x: Any) -> Any:
    """Give a variable another value: now, or for a symbolic one, when a `function` does it."""
    if is_keras_tensor(new_x):
        return Update((x, new_x))
    x.assign(new_x)
    return x


def update_add(x: Any, increment: Any) -> Any:
    """Add to a variable."""
    return update(x, ops.add(x, increment))


def update_sub(x: Any, decrement: Any) -> Any:
    """Take from a variable."""
    return update(x, ops.subtract(x, decrement))


def moving_average_update(x: Any, value: Any, momentum: float) -> Any:
    """Move a variable to a value: x * momentum + value * (1 - momentum)."""
    return update(x, ops.add(ops.multiply(x, momentum), ops.multiply(value, 1.0 - momentum)))


# -- made of nothing -------------------------------------------------------------------------------


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros; a tensor, if a size is not known."""
    return _filled(ops.zeros, shape, dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones; a tensor, if a size is not known."""
    return _filled(ops.ones, shape, dtype, name)


def _filled(function: Any, shape: Any, dtype: Any, name: str | None) -> Any:
    made = function(tuple(shape), dtype=dtype or floatx())
    known = not made.is_symbolic
    return Variable(made.numpy(), dtype=made.dtype, name=name) if known else made


def eye(size: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable with ones on the diagonal."""
    rows, columns = (size, size) if isinstance(size, int) else size
    return variable(np.eye(rows, columns), dtype, name)


def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Zeros in the shape of another tensor."""
    return ops.zeros_like(x, dtype=dtype)


def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Ones in the shape of another tensor."""
    return ops.ones_like(x, dtype=dtype)


def arange(start: Any, stop: Any = None, step: int = 1, dtype: str = "int32") -> Any:
    """Numbers in even steps."""
    return ops.arange(start, stop, step=step, dtype=dtype)


def random_uniform_variable(
    shape: Sequence[int],
    low: float,
    high: float,
    dtype: Any = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """A variable of numbers drawn evenly."""
    first = initializers.RandomUniform(low, high, seed=seed)
    return Variable(first, tuple(shape), dtype or floatx(), name=name)


def random_normal_variable(
    shape: Sequence[int],
    mean: float,
    scale: float,
    dtype: Any = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """A variable of normally distributed numbers."""
    first = initializers.RandomNormal(mean, scale, seed=seed)
    return Variable(first, tuple(shape), dtype or floatx(), name=name)

"""Making tensors of numbers that follow a rule."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import cast, convert_to_tensor, promoted, whole_number
from geartrain.ops.elementwise import absolute, add, divide, multiply, power, sign, subtract
from geartrain.ops.functions import exp, log
from geartrain.ops.shaping import as_shape, expand_dims, moveaxis, static_size
from geartrain.tensor import Dim, DType, Tensor, as_dtype, promote
from geartrain.tensor.dtypes import BOOL, INT32, default_float, scalar_dtype

__all__ = [
    "arange",
    "array",
    "empty",
    "empty_like",
    "full",
    "full_like",
    "geomspace",
    "linspace",
    "logspace",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


def zeros(shape: Any, dtype: Any = None) -> Tensor:
    """A tensor of zeros."""
    return full(shape, 0, dtype)


def ones(shape: Any, dtype: Any = None) -> Tensor:
    """A tensor of ones."""
    return full(shape, 1, dtype)


def empty(shape: Any, dtype: Any = None) -> Tensor:
    """A tensor whose numbers do not matter: zeros."""
    return full(shape, 0, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A tensor with one number in every place, or a tensor of numbers repeated to a shape."""
    wanted = default_float() if dtype is None else as_dtype(dtype)
    sizes = as_shape(shape)
    if isinstance(fill_value, bool | int | float):
        return primitives.fill(shape=sizes, value=fill_value, dtype=wanted)
    return primitives.broadcast_to(convert_to_tensor(fill_value, wanted), shape=sizes)


def zeros_like(x: Any, dtype: Any = None) -> Tensor:
    """Zeros in the shape of `x`."""
    return full_like(x, 0, dtype)


def ones_like(x: Any, dtype: Any = None) -> Tensor:
    """Ones in the shape of `x`."""
    return full_like(x, 1, dtype)


def empty_like(x: Any, dtype: Any = None) -> Tensor:
    """A tensor in the shape of `x` whose numbers do not matter: zeros."""
    return full_like(x, 0, dtype)


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """One number in every place of the shape of `x`."""
    like = convert_to_tensor(x)
    return full(like.shape, fill_value, like.dtype if dtype is None else dtype)


def array(x: Any, dtype: Any = None) -> Tensor:
    """A tensor of what is given; see `convert_to_tensor`."""
    return convert_to_tensor(x, dtype)


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Tensor:
    """Numbers from `start` (0 if only one is given) up to but not including `stop`."""
    first, last = (0, start) if stop is None else (start, stop)
    if isinstance(last, Dim):
        return _up_to(first, last, 1 if step is None else step, dtype)
    limits = [_number(each) for each in (first, last, 1 if step is None else step)]
    if limits[2] == 0:
        raise ValueError(_step_message())
    numbers = np.arange(*limits)
    given = [each for each in (start, stop, step) if each is not None]
    return Tensor(numbers.astype(as_dtype(dtype) if dtype is not None else _dtype_of(given)))


def _up_to(first: Any, last: Dim, step: Any, dtype: Any) -> Tensor:
    """0, 1, 2, ... up to a size that is not known yet."""
    if (first, step) != (0, 1):
        static_size(last, "arange")  # raises: so many numbers are no whole multiple of the size
    places = primitives.iota(shape=(last,), axis=0, dtype=INT32)
    return places if dtype is None else cast(places, dtype)


def _dtype_of(limits: Sequence[Any]) -> DType:
    """What tensors, arrays and Python's numbers promote to, the latter following the others."""
    found: DType | None = None
    for each in limits:
        own = getattr(each, "dtype", None)
        if own is not None:
            found = as_dtype(own) if found is None else promote(found, as_dtype(own))
    for each in limits:
        if not hasattr(each, "dtype"):
            found = scalar_dtype(each, found)
    return INT32 if found is None or found == BOOL else found


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor | np.generic | np.ndarray) else value


def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers at equal distances from `start` to `stop`, along a new axis.

    Args:
        start: the first number, or a tensor of them.
        stop: the last number, or with `endpoint=False` the one after the last.
        num: how many numbers.
        endpoint: whether `stop` is one of them.
        retstep: whether the distance is returned as well.
        dtype: the dtype of the numbers; None takes a float one from the limits.
        axis: where the new axis stands.
    """
    first, last = promoted(start, stop, floating=True)
    if isinstance(num, Tensor):
        num = whole_number(num)
    parts = builtins.max(num - 1 if endpoint else num, 1)
    step = divide(subtract(last, first), parts)
    at = np.linspace(0.0, 1.0 if endpoint or not num else 1.0 - 1.0 / num, num)
    rank = builtins.max(first.ndim, last.ndim)
    place = convert_to_tensor(at.reshape(-1, *(1,) * rank), first.dtype)
    # Weighted from both ends, so that each end is exact.
    numbers = add(multiply(first, subtract(1.0, place)), multiply(last, place))
    moved = cast(moveaxis(numbers, 0, axis), first.dtype if dtype is None else dtype)
    return (moved, step) if retstep else moved


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Powers of a base, whose exponents stand at equal distances."""
    exponents = linspace(start, stop, num, endpoint, axis=axis)
    found = power(cast(base, exponents.dtype), exponents)
    return found if dtype is None else cast(found, dtype)


def geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Numbers from `start` to `stop`, each the one before it times the same factor."""
    first, last = promoted(start, stop, floating=True)
    side = sign(first)
    exponents = linspace(log(absolute(first)), log(absolute(last)), num, endpoint, axis=axis)
    found = multiply(exp(exponents), side if not side.ndim else expand_dims(side, axis))
    return found if dtype is None else cast(found, dtype)


def _step_message() -> str:
    return explain(
        "arange never arrives with a step of 0",
        given="step=0",
        expected="a step that is not 0",
        remedy="ops.arange(start, stop, 1)",
    )

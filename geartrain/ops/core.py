"""Making tensors, and preparing arguments: conversion, promotion, broadcasting."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.conversion import as_tensor
from geartrain.primitives.families import Elementwise, call_at_once
from geartrain.tensor import (
    DType,
    Shape,
    Tensor,
    Variable,
    as_dtype,
    broadcast_shapes,
    promote,
    scalar_dtype,
)
from geartrain.tensor.dtypes import default_float, require_numbers
from geartrain.tensor.interpreter import duty
from geartrain.tensor.quiet import restore, silence
from geartrain.tensor.variable import install_cast
from geartrain.tensor.weak import WeakTensor

__all__ = [
    "cast",
    "convert_to_numpy",
    "convert_to_tensor",
    "dtype",
    "is_tensor",
    "ndim",
    "saturate_cast",
    "shape",
]


NUMBERS = frozenset([int, float])
WEAK = (bool, int, float, complex, WeakTensor)
MANY = 65536  # elements: more are not written out for one number


def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Tensor:
    """A tensor of what is given: a number, nested lists, an array, a variable, a tensor.

    NumPy, PyTorch and JAX arrays, pandas and polars frames and columns, and Arrow arrays are
    taken as they are: anything with `__array__` or `__dlpack__`. Python's floats become float32
    and its integers int32; arrays keep their dtype. An array that can be written to is copied, so
    that changing it later does not change the tensor; one that cannot is shared.

    Args:
        x: what becomes a tensor; a list may hold tensors.
        dtype: the tensor's dtype; None keeps the one it has.
        sparse: None or False: there are no sparse tensors.
        ragged: None or False: there are no ragged tensors.

    Raises:
        TypeError: there is something else than numbers in it.
        ValueError: the lists are ragged.

    >>> convert_to_tensor([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    if sparse or ragged:
        raise ValueError(_dense_message(sparse=sparse))
    if type(x) is Tensor:
        return x if dtype is None else cast(x, dtype)
    if dtype is not None and isinstance(x, bool | int | float):
        return Tensor(np.asarray(x, as_dtype(dtype)))
    tensor = as_tensor(x)
    return tensor if dtype is None else cast(tensor, dtype)


def cast(x: Any, dtype: Any) -> Tensor:
    """The tensor in another dtype.

    >>> cast([1.7, -1.7], "int32").numpy().tolist()
    [1, -1]
    """
    if type(x) is Tensor and x.dtype is dtype:
        return x
    tensor, wanted = as_tensor(x), as_dtype(dtype)
    if tensor.dtype == wanted:
        return tensor
    require_numbers(tensor.dtype)
    return primitives.cast(tensor, dtype=wanted)


def shape(x: Any) -> Shape:
    """The size of each axis; a symbolic one is a `Dim`."""
    return as_tensor(x).value.shape


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(shape(x))


def dtype(x: Any) -> str:
    """The name of a tensor's dtype, such as "float32"."""
    return as_tensor(x).dtype.name


def is_tensor(x: Any) -> bool:
    """Whether `x` is one of our tensors, which has numbers, or will have them."""
    return isinstance(x, Tensor) and not x.stands_for_any


def convert_to_numpy(x: Any) -> np.ndarray[Any, Any]:
    """The numbers as a NumPy array that can be written to."""
    return np.array(as_tensor(x).numpy())


def saturate_cast(x: Any, dtype: Any) -> Tensor:
    """The tensor in another dtype; what lies beyond its range becomes its nearest number.

    >>> saturate_cast([300, -5], "uint8").numpy().tolist()
    [255, 0]
    """
    tensor, wanted = as_tensor(x), as_dtype(dtype)
    if wanted.kind not in "iu":
        return cast(tensor, wanted)
    low: float = np.iinfo(wanted).min
    high: float = np.iinfo(wanted).max
    if tensor.dtype.kind in "iub":
        has = np.iinfo(tensor.dtype if tensor.dtype.kind != "b" else "uint8")
        low, high = max(low, has.min), min(high, has.max)
    else:
        high = float(np.nextafter(np.float32(high + 1), 0)) if high > 2**24 else high
    tensor = tensor if tensor.dtype.kind != "b" else cast(tensor, "uint8")
    bounds = (Tensor(np.asarray(each, tensor.dtype)) for each in (low, high))
    lowest, highest = (primitives.broadcast_to(each, shape=tensor.shape) for each in bounds)
    return cast(primitives.minimum(primitives.maximum(tensor, lowest), highest), wanted)


def promoted(*values: Any, floating: bool = False) -> list[Tensor]:
    """The values as tensors of one dtype, by Keras's rules; Python numbers follow the others.

    With `floating`, integers and bools become float32.
    """
    values = tuple(each.value if type(each) is Variable else each for each in values)
    if not floating and _are_alike(values):
        return list(values)
    is_weak = [isinstance(each, WEAK) for each in values]
    tensors = {
        number: convert_to_tensor(each) for number, each in enumerate(values) if not is_weak[number]
    }
    dtype: DType | None = None
    for tensor in tensors.values():
        dtype = tensor.dtype if dtype is None else promote(dtype, tensor.dtype)
    for each, weak in zip(values, is_weak, strict=True):
        if weak:
            dtype = scalar_dtype(each, dtype)
    if dtype is None or (floating and dtype.kind in "biu"):
        dtype = default_float()
    return [
        cast(tensors[number], dtype) if number in tensors else _weak(each, dtype)
        for number, each in enumerate(values)
    ]


def _are_alike(values: Sequence[Any]) -> bool:
    """Whether all are tensors of one dtype already, so that there is nothing to promote."""
    dtype = values[0].dtype if values and type(values[0]) is Tensor else None
    return dtype is not None and all(
        type(each) is Tensor and each.dtype is dtype for each in values
    )


def _weak(number: Any, dtype: DType) -> Tensor:
    """A Python number, or one that is traced, in a dtype."""
    if isinstance(number, WeakTensor):
        return cast(number.exact, dtype)
    return Tensor(np.asarray(number, dtype))


def elementwise(primitive: Elementwise, *values: Any, floating: bool = False) -> Tensor:
    """An element-wise primitive on values that are promoted and broadcast first."""
    tensors = promoted(*values, floating=floating)
    return primitive(*broadcast_together(*tensors, operation=primitive.name))


def binary(primitive: Elementwise, x1: Any, x2: Any) -> Tensor:
    """An element-wise primitive of two values; nothing is done twice for two that fit.

    The path of two tensors of one shape and dtype, with nobody watching, is the short one: a call
    of NumPy's function and little else.
    """
    if type(x1) is not Tensor or type(x2) is not Tensor:
        return _of_others(primitive, x1, x2)
    x, y, observers = x1._value, x2._value, duty.eager
    if observers is None or x.dtype is not y.dtype or not type(x) is type(y) is ndarray:
        return elementwise(primitive, x1, x2)
    if not observers:
        before = silence()
        try:
            found = primitive.ufunc(x, y)  # which broadcasts as `elementwise` does
        except ValueError:  # shapes that do not fit: `elementwise` says which axis
            return elementwise(primitive, x1, x2)
        finally:
            restore(before)
        return Tensor(found if type(found) is ndarray else np.asarray(found))
    if x.shape == y.shape:
        return call_at_once(primitive, (x1, x2), x, y, observers)
    return elementwise(primitive, x1, x2)


def _of_others(primitive: Elementwise, x1: Any, x2: Any) -> Tensor:
    """The same where not both are tensors: variables are read, numbers join what is beside them."""
    first, second = (x.value if type(x) is Variable else x for x in (x1, x2))
    if duty.eager is not None:
        if type(second) in NUMBERS:
            second = _beside(second, first)
        elif type(first) in NUMBERS:
            first = _beside(first, second)
    if type(first) is type(second) is Tensor:
        return binary(primitive, first, second)
    return elementwise(primitive, first, second)


def _beside(number: Any, x: Any) -> Any:
    """A Python number as a tensor of the shape and dtype of an array beside it, if it takes that.

    A constant need not be watched, so it comes about without a primitive.
    """
    if type(x) is not Tensor or type(x.value) is not np.ndarray:
        return number
    if x.value.dtype.kind not in ("f" if type(number) is float else "fiu") or x.value.size > MANY:
        return number
    array = np.empty_like(x.value, subok=False)
    array.fill(number)
    return Tensor(array)


def unary(primitive: Elementwise, x: Any) -> Tensor:
    """An element-wise primitive of one value, whose dtype it keeps."""
    return primitive(convert_to_tensor(x))


def unary_float(primitive: Elementwise, x: Any) -> Tensor:
    """An element-wise primitive of one value; integers and bools become float32."""
    tensor = x if type(x) is Tensor else convert_to_tensor(x)
    return primitive(
        tensor if tensor.value.dtype.kind not in "biu" else cast(tensor, default_float())
    )


def broadcast_together(*tensors: Tensor, operation: str = "broadcast") -> list[Tensor]:
    """The tensors, each repeated to the shape that all of them broadcast to."""
    target: Shape = ()
    for tensor in tensors:
        target = broadcast_shapes(target, tensor.shape, operation=operation)
    return [
        each if each.shape == target else primitives.broadcast_to(each, shape=target)
        for each in tensors
    ]


def whole_number(value: Any) -> int:
    """A Python integer from whatever stands for one: a size, an axis, a NumPy or tensor scalar."""
    return int(value.item()) if isinstance(value, Tensor | np.generic) else operator.index(value)


def _dense_message(*, sparse: Any) -> str:
    kind = "sparse" if sparse else "ragged"
    return explain(
        f"There are no {kind} tensors",
        given=f"{kind}=True",
        expected="a dense tensor, of which every element is kept",
        remedy="ops.convert_to_tensor(x)",
    )


install_cast(cast)

"""Making tensors, and preparing arguments: conversion, promotion, broadcasting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.primitives import Primitive
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
from geartrain.tensor.dtypes import FLOAT32, scalar_default

__all__ = ["cast", "convert_to_tensor", "shape"]


def convert_to_tensor(x: Any, dtype: Any = None) -> Tensor:
    """A tensor of what is given: a number, nested lists, an array, a variable, a tensor.

    Python's floats become float32 and its integers int32; arrays keep their dtype. An array is
    copied, so that changing it later does not change the tensor.

    Raises:
        TypeError: there is something else than numbers in it.
        ValueError: the lists are ragged.

    >>> convert_to_tensor([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    tensor = _as_tensor(x)
    return tensor if dtype is None else cast(tensor, dtype)


def _as_tensor(x: Any) -> Tensor:
    if isinstance(x, Tensor):
        return x
    if isinstance(x, Variable):
        return x.value
    if isinstance(x, np.ndarray | np.generic):
        return Tensor(_checked(np.array(x), x))
    if isinstance(x, list | tuple) and any(isinstance(each, Tensor | Variable) for each in x):
        raise TypeError(_list_of_tensors_message(x))
    try:
        array = np.array(x)
    except ValueError:
        raise ValueError(_ragged_message(x)) from None
    if not hasattr(x, "__array__"):
        array = array.astype(scalar_default(array.dtype))
    return Tensor(_checked(array, x))


def _checked(array: np.ndarray[Any, Any], given: Any) -> np.ndarray[Any, Any]:
    if array.dtype.kind in "biuf" or array.dtype.name == "bfloat16":
        return array
    raise TypeError(
        explain(
            "This cannot become a tensor",
            given=f"{type(given).__name__} with elements of dtype {array.dtype}",
            expected="numbers",
            remedy="np.asarray(x, dtype='float32')",
        )
    )


def _ragged_message(x: Any) -> str:
    lengths = sorted({len(each) for each in x if hasattr(each, "__len__")})
    return explain(
        "Lists of different lengths cannot become a tensor",
        given=f"a list of {len(x)}, whose parts have lengths {lengths}",
        expected="parts of one length: a tensor has the same size everywhere on an axis",
        remedy="pad the shorter parts, or cut the longer ones",
    )


def _list_of_tensors_message(x: Sequence[Any]) -> str:
    return explain(
        "A list of tensors is not a tensor",
        given=f"a {type(x).__name__} of {len(x)} with tensors in it",
        expected="one tensor, array, number, or nested lists of numbers",
        remedy="np.stack([np.asarray(each) for each in x])",
    )


def cast(x: Any, dtype: Any) -> Tensor:
    """The tensor in another dtype.

    >>> cast([1.7, -1.7], "int32").numpy().tolist()
    [1, -1]
    """
    tensor, wanted = _as_tensor(x), as_dtype(dtype)
    return tensor if tensor.dtype == wanted else primitives.cast(tensor, dtype=wanted)


def shape(x: Any) -> Shape:
    """The size of each axis."""
    return convert_to_tensor(x).shape


def promoted(*values: Any, floating: bool = False) -> list[Tensor]:
    """The values as tensors of one dtype, by Keras's rules; Python numbers follow the others."""
    is_weak = [isinstance(each, bool | int | float) for each in values]
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
        dtype = FLOAT32
    return [
        cast(tensors[number], dtype) if number in tensors else Tensor(np.asarray(each, dtype))
        for number, each in enumerate(values)
    ]


def elementwise(primitive: Primitive, *values: Any, floating: bool = False) -> Tensor:
    """An element-wise primitive on values that are promoted and broadcast first."""
    tensors = promoted(*values, floating=floating)
    return primitive(*broadcast_together(*tensors, operation=primitive.name))


def broadcast_together(*tensors: Tensor, operation: str = "broadcast") -> list[Tensor]:
    """The tensors, each repeated to the shape that all of them broadcast to."""
    target: Shape = ()
    for tensor in tensors:
        target = broadcast_shapes(target, tensor.shape, operation=operation)
    return [
        each if each.shape == target else primitives.broadcast_to(each, shape=target)
        for each in tensors
    ]

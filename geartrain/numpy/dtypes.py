"""Dtypes and their limits, under the names of the array API standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain, unknown_name
from geartrain.numpy.creation import check_device
from geartrain.ops.core import broadcast_together
from geartrain.tensor import Shape, Tensor, as_dtype, promote, scalar_dtype
from geartrain.tensor import broadcast_shapes as broadcast
from geartrain.tensor.dtypes import finfo as float_limits

__all__ = [
    "astype",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "can_cast",
    "finfo",
    "iinfo",
    "isdtype",
    "result_type",
]


def astype(x: Tensor, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Tensor:
    """The tensor in another dtype."""
    check_device(device)
    found = ops.cast(x, dtype)
    return Tensor(np.array(found.numpy())) if copy and found is x and not x.is_symbolic else found


def can_cast(from_: Any, to: Any, /) -> bool:
    """Whether every number of one dtype can be one of another, by the promotion rules."""
    source = from_.dtype if isinstance(from_, Tensor) else as_dtype(from_)
    return bool(np.can_cast(source, as_dtype(to)))


@dataclass(frozen=True)
class finfo_object:  # noqa: N801  (the standard's name)
    """The limits of a floating-point dtype."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: Any


def finfo(type: Any, /) -> finfo_object:
    """The limits of a floating-point dtype; of a complex one, those of its parts."""
    given = type.dtype if isinstance(type, Tensor) else as_dtype(type)
    if given.kind not in "fc" and given.name != "bfloat16":
        raise TypeError(_kind_message("finfo", given, "a floating-point dtype"))
    part = {"complex64": "float32", "complex128": "float64"}.get(given.name, given.name)
    limits = float_limits(as_dtype(part))
    numbers = (limits.eps, limits.max, limits.min, limits.smallest_normal)
    eps, largest, lowest, normal = map(float, numbers)
    return finfo_object(int(limits.bits), eps, largest, lowest, normal, as_dtype(part))


@dataclass(frozen=True)
class iinfo_object:  # noqa: N801  (the standard's name)
    """The limits of an integer dtype."""

    bits: int
    max: int
    min: int
    dtype: Any


def iinfo(type: Any, /) -> iinfo_object:
    """The limits of an integer dtype."""
    given = type.dtype if isinstance(type, Tensor) else as_dtype(type)
    if given.kind not in "iu":
        raise TypeError(_kind_message("iinfo", given, "an integer dtype"))
    limits = np.iinfo(given)
    return iinfo_object(limits.bits, int(limits.max), int(limits.min), given)


KINDS = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether a dtype is of a kind: one of the standard's names, a dtype, or a tuple of such."""
    if isinstance(kind, tuple):
        return any(isdtype(dtype, each) for each in kind)
    if isinstance(kind, str):
        if kind not in KINDS:
            raise ValueError(unknown_name("kind", kind, KINDS, remedy="isdtype(dtype, {})"))
        return as_dtype(dtype).kind in KINDS[kind]
    return as_dtype(dtype) == as_dtype(kind)


def result_type(*arrays_and_dtypes: Any) -> Any:
    """The dtype in which an operation on these computes; Python numbers follow the others."""
    found = None
    for each in arrays_and_dtypes:
        if not isinstance(each, bool | int | float | complex):
            dtype = each.dtype if hasattr(each, "dtype") else as_dtype(each)
            found = dtype if found is None else promote(found, dtype)
    for each in arrays_and_dtypes:
        if isinstance(each, bool | int | float | complex):
            found = scalar_dtype(each, found)
    return found


def _kind_message(name: str, dtype: Any, expected: str) -> str:
    return explain(
        f"{name} knows the limits of {expected}",
        given=dtype.name,
        expected=expected,
        remedy="iinfo for integers, finfo for floats",
    )


def broadcast_arrays(*arrays: Tensor) -> tuple[Tensor, ...]:
    """The tensors, each repeated to the shape that all of them broadcast to."""
    return tuple(broadcast_together(*arrays))


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that all of these broadcast to."""
    found: Shape = ()
    for shape in shapes:
        found = broadcast(found, shape)
    return tuple(int(str(size)) for size in found)


def broadcast_to(x: Tensor, /, shape: tuple[int, ...]) -> Tensor:
    """The tensor repeated to a shape."""
    return ops.broadcast_to(x, shape)

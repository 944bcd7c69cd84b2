"""Taking what is given as a tensor: numbers, lists, and the arrays of other libraries.

Start reading at `as_tensor`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.tensor import Dim, DType, Tensor, Variable
from geartrain.tensor.dtypes import (
    INT32,
    INT64,
    NAMES,
    DTypeError,
    as_dtype,
    native,
    scalar_default,
)
from geartrain.tensor.traced import refuse_traced
from geartrain.tensor.weak import WeakTensor

KINDS = frozenset("biufc")


def as_tensor(x: Any) -> Tensor:
    """A tensor of what is given; see `ops.convert_to_tensor`."""
    if isinstance(x, Tensor):
        return Tensor(x.value) if isinstance(x, WeakTensor) else x  # alone, that is a float32
    if isinstance(x, Variable):
        return x.value
    if isinstance(x, np.ndarray | np.generic):
        return Tensor(_checked(shared_or_copied(np.asarray(x)), x))
    if isinstance(x, list | tuple) and _holds_tensors(x):
        return _stacked(x)
    if isinstance(x, Dim):
        return _number_of(x)
    if _is_foreign(x):
        return Tensor(_checked(from_foreign(x), x))
    try:
        array = np.array(x)
    except ValueError:
        raise ValueError(_ragged_message(x)) from None
    return Tensor(_checked(array.astype(_number_dtype(array)), x))


def _number_dtype(array: np.ndarray[Any, Any]) -> DType:
    """int32 for Python's integers, unless they need more."""
    wanted = scalar_default(array.dtype)
    if wanted.kind == "i" and array.size and not -(2**31) <= array.min() <= array.max() < 2**31:
        return INT64
    return wanted


def shared_or_copied(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array itself where nobody can write to its memory, else a copy."""
    owner: Any = array
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return np.array(array)
        owner = owner.base
    return array if owner is None or isinstance(owner, bytes) else np.array(array)


def _holds_tensors(values: Sequence[Any]) -> bool:
    return any(
        isinstance(each, Tensor | Variable | Dim)
        or (isinstance(each, list | tuple) and _holds_tensors(each))
        for each in values
    )


def _stacked(values: Sequence[Any]) -> Tensor:
    """A list with tensors in it: stacked along a new first axis."""
    from geartrain.ops.joining import stack  # above this file, which it needs as well

    return stack([as_tensor(each) for each in values])


def _number_of(size: Dim) -> Tensor:
    """The number that a size is when the function runs, as a tensor."""
    rows = primitives.fill(shape=(size,), value=0, dtype=INT32)
    return primitives.size(rows, axes=(0,), dtype=INT32)


def _is_foreign(x: Any) -> bool:
    return any(hasattr(x, name) for name in ("__array__", "__dlpack__", "to_numpy"))


def from_foreign(x: Any) -> np.ndarray[Any, Any]:
    """The numbers of another library's array, column or table.

    PyTorch's are detached from its own record; bfloat16, which it cannot give to NumPy, goes by
    its bits.

    Raises:
        TypeError: JAX is tracing it, so that there are no numbers.
    """
    if type(x).__module__.partition(".")[0] == "torch":
        return _from_torch(x)
    refuse_traced(x)
    for name in ("__array__", "to_numpy"):
        if hasattr(x, name):
            return shared_or_copied(np.asarray(x if name == "__array__" else x.to_numpy()))
    return shared_or_copied(np.from_dlpack(x))


def _from_torch(x: Any) -> np.ndarray[Any, Any]:
    plain = x.detach().cpu()
    if str(plain.dtype) == "torch.bfloat16":
        torch = import_module("torch")  # its tensor is here, so it is imported already
        bits: np.ndarray[Any, Any] = plain.view(torch.int16).numpy()
        return bits.view(as_dtype("bfloat16")).copy()
    return np.array(plain.numpy())


def _checked(array: np.ndarray[Any, Any], given: Any) -> np.ndarray[Any, Any]:
    if _is_known(array.dtype):
        return native(array)
    if array.dtype.name == "bfloat16":
        return array
    raise DTypeError(_numbers_message(array, given))


@lru_cache(maxsize=256)
def _is_known(dtype: DType) -> bool:
    """Whether this is one of our dtypes; NumPy takes its time to tell a name."""
    return dtype.kind in KINDS and dtype.name in NAMES


def _numbers_message(array: np.ndarray[Any, Any], given: Any) -> str:
    columns: Any = getattr(given, "dtypes", None)
    details = f" (columns: {dict(columns)})" if hasattr(columns, "items") else ""
    return explain(
        "This cannot become a tensor",
        given=f"{type(given).__name__} with elements of dtype {array.dtype}{details}",
        expected="numbers",
        remedy="np.asarray(x, dtype='float32')",
    )


def _ragged_message(x: Any) -> str:
    lengths = sorted({len(each) for each in x if hasattr(each, "__len__")})
    return explain(
        "Lists of different lengths cannot become a tensor",
        given=f"a list of {len(x)}, whose parts have lengths {lengths}",
        expected="parts of one length: a tensor has the same size everywhere on an axis",
        remedy="pad the shorter parts, or cut the longer ones",
    )

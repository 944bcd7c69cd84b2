"""Making tensors, under the names of the array API standard."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Tensor, as_dtype

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "meshgrid",
    "ones",
    "ones_like",
    "tril",
    "triu",
    "zeros",
    "zeros_like",
]


def asarray(
    obj: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None
) -> Tensor:
    """A tensor of numbers, lists, arrays, buffers or tensors.

    Raises:
        ValueError: `copy=False`, and the memory cannot be shared.
    """
    check_device(device)
    if isinstance(obj, Tensor):
        return _converted(obj, dtype, copy)
    if copy is False and not isinstance(obj, np.ndarray):
        raise ValueError(_copy_message(obj))
    if copy is False or (copy is None and isinstance(obj, np.ndarray) and not obj.flags.writeable):
        return _converted(Tensor(obj), dtype, copy)
    return ops.convert_to_tensor(_with_buffer(obj), dtype)


def _with_buffer(obj: Any) -> Any:
    return np.array(obj) if isinstance(obj, memoryview | bytearray) else obj


def _converted(x: Tensor, dtype: Any, copy: bool | None) -> Tensor:
    wanted = x.dtype if dtype is None else as_dtype(dtype)
    if copy is False and wanted != x.dtype:
        raise ValueError(_copy_message(x))
    found = ops.cast(x, wanted)
    return Tensor(np.array(found.numpy())) if copy and found is x else found


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor that shares the memory of another library's array, which must not change."""
    check_device(device)
    shared = np.from_dlpack(x)
    return Tensor(np.array(shared) if copy else shared)


def arange(
    start: Any,
    /,
    stop: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
) -> Tensor:
    """Numbers from `start` (0 if only one is given) up to but not including `stop`."""
    check_device(device)
    return ops.arange(start, stop, step, dtype)


def linspace(
    start: Any,
    stop: Any,
    /,
    num: int,
    *,
    dtype: Any = None,
    device: Any = None,
    endpoint: bool = True,
) -> Tensor:
    """`num` numbers at equal distances from `start` to `stop`."""
    check_device(device)
    is_complex = isinstance(start, complex) or isinstance(stop, complex)
    wanted = as_dtype(dtype or ("complex64" if is_complex else "float32"))
    exact = "complex128" if wanted.kind == "c" else "float64"
    numbers = np.linspace(start, stop, num, endpoint=endpoint, dtype=exact)
    return Tensor(numbers.astype(wanted))


def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    *,
    k: int = 0,
    dtype: Any = None,
    device: Any = None,
) -> Tensor:
    """Ones on the k-th diagonal of a matrix, zeros elsewhere."""
    check_device(device)
    return ops.eye(n_rows, n_cols, k, dtype)


def empty(shape: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor whose numbers do not matter."""
    return full(shape, 0, dtype=dtype or "float32", device=device)


def zeros(shape: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor of zeros."""
    return full(shape, 0, dtype=dtype or "float32", device=device)


def ones(shape: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor of ones."""
    return full(shape, 1, dtype=dtype or "float32", device=device)


def full(shape: Any, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor with one number in every place; its dtype is the number's, if None is given."""
    check_device(device)
    number = ops.convert_to_tensor(fill_value, dtype)
    return ops.broadcast_to(number, shape)


def empty_like(x: Tensor, /, *, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor in the shape of `x` whose numbers do not matter."""
    return full_like(x, 0, dtype=dtype, device=device)


def zeros_like(x: Tensor, /, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Zeros in the shape of `x`."""
    return full_like(x, 0, dtype=dtype, device=device)


def ones_like(x: Tensor, /, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Ones in the shape of `x`."""
    return full_like(x, 1, dtype=dtype, device=device)


def full_like(x: Tensor, /, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Tensor:
    """One number in every place of the shape of `x`."""
    return full(x.shape, fill_value, dtype=dtype or x.dtype, device=device)


def meshgrid(*arrays: Tensor, indexing: str = "xy") -> tuple[Tensor, ...]:
    """The coordinates of every point of a grid."""
    return tuple(ops.meshgrid(*arrays, indexing=indexing))


def tril(x: Tensor, /, *, k: int = 0) -> Tensor:
    """The lower triangle of matrices."""
    return ops.tril(x, k)


def triu(x: Tensor, /, *, k: int = 0) -> Tensor:
    """The upper triangle of matrices."""
    return ops.triu(x, k)


def check_device(device: Any) -> None:
    """Raise ValueError for a device that is not there: there is the CPU."""
    if device not in (None, "cpu"):
        raise ValueError(
            explain(
                "There is no such device",
                given=f"device={device!r}",
                expected="'cpu', or None",
                remedy="device='cpu'",
            )
        )


def _copy_message(obj: Any) -> str:
    return explain(
        "This cannot become a tensor without a copy",
        given=f"{type(obj).__name__}, copy=False",
        expected="an array of NumPy, or a tensor, of the dtype that is asked for",
        remedy="copy=None, which copies where it must",
    )

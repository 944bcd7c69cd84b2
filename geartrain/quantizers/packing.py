"""Two whole numbers of four bits in a byte: the first in the low half, the second in the high."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Tensor, normalize_axis

BYTES = ("int8", "uint8")


def pack_int4(arr: Any, axis: int = 0, dtype: Any = "int8") -> tuple[Tensor, Any, int]:
    """Numbers of four bits, two in a byte; an odd one out is packed with 0.

    Args:
        arr: whole numbers from -8 to 7 ("int8") or from 0 to 15 ("uint8").
        axis: neighbours along it are packed.
        dtype: of `arr` and of what comes out.

    Returns:
        The bytes, their shape, and the size that the axis had.

    Raises:
        ValueError: `dtype` is another one.
        TypeError: `arr` has another dtype.

    >>> import numpy as np
    >>> packed, shape, size = pack_int4(np.array([[-3, 7], [2, -8], [1, 0]], "int8"))
    >>> packed.numpy().tolist(), shape, size
    ([[45, -121], [1, 0]], (2, 2), 3)
    """
    if dtype not in BYTES:
        raise ValueError(_dtype_message(dtype))
    x = ops.convert_to_tensor(arr)
    if x.dtype.name != dtype:
        raise TypeError(_packed_message("packing", x, f"an {dtype} tensor"))
    at = normalize_axis(axis, x.ndim)
    size = int(x.shape[at])
    if size % 2:
        x = ops.pad(x, [(0, int(each == at)) for each in range(x.ndim)])
    first, second = (_every_second(x, at, start) for start in (0, 1))
    low = ops.bitwise_and(first, 15)
    packed = ops.cast(ops.bitwise_or(low, ops.multiply(second, 16)), dtype)
    return packed, tuple(packed.shape), size


def unpack_int4(packed: Any, orig_len: int, axis: int = 0, dtype: Any = "int8") -> Tensor:
    """The numbers that `pack_int4` packed.

    Args:
        packed: bytes.
        orig_len: the size that the axis had.
        axis: the axis along which they were packed.
        dtype: "int8" for numbers from -8 to 7, "uint8" for those from 0 to 15.

    Raises:
        ValueError: `dtype` is another one.
        TypeError: `packed` is not made of bytes.
    """
    if dtype not in BYTES:
        raise ValueError(_dtype_message(dtype))
    x = ops.convert_to_tensor(packed)
    if x.dtype.name not in BYTES:
        raise TypeError(_packed_message("unpacking", x, "an int8 or uint8 tensor"))
    at = normalize_axis(axis, x.ndim)
    wide = ops.bitwise_and(ops.cast(x, "int32"), 255)
    halves = [ops.bitwise_and(wide, 15), ops.right_shift(wide, 4)]
    if dtype == "int8":  # 8 to 15 stand for -8 to -1
        halves = [ops.subtract(ops.bitwise_xor(each, 8), 8) for each in halves]
    both = ops.stack(halves, axis=at + 1)
    shape: list[Any] = [*x.shape]
    shape[at] = 2 * shape[at]
    whole = ops.cast(ops.reshape(both, shape), dtype)
    return whole[(*(slice(None),) * at, slice(0, orig_len))]


def _every_second(x: Tensor, axis: int, start: int) -> Tensor:
    wide = ops.cast(x, "int32")
    return wide[(*(slice(None),) * axis, slice(start, None, 2))]


def _dtype_message(dtype: Any) -> str:
    return explain(
        "Expected dtype to be 'int8' or 'uint8'",
        given=f"dtype={dtype!r}",
        expected="'int8' for numbers from -8 to 7, 'uint8' for numbers from 0 to 15",
        remedy="dtype='int8'",
    )


def _packed_message(what: str, x: Tensor, expected: str) -> str:
    return explain(
        f"Expected {expected.removeprefix('an ')} for {what}, got {x.dtype.name}",
        given=f"a tensor of {x.dtype.name}",
        expected=expected,
        remedy="ops.cast(x, 'int8')",
    )

"""Tensors as bytes and back: `tf.io.serialize_tensor`, `tf.io.parse_tensor`.

    TensorProto   dtype = 1, tensor_shape = 2, tensor_content = 4: the numbers as they lie in
                  memory; or the values one by one, in a field for each kind of number
    shape         dim = 2: size = 1

Source: TensorFlow's `tensor.proto`, `tensor_shape.proto` and `types.proto`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.creation import convert_to_tensor
from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.compat.tensorflow.texts import as_texts, scalar
from geartrain.errors import explain
from geartrain.serialization.wire import BYTES, field, fields, signed, varints, whole
from geartrain.tensor import Array, Tensor
from geartrain.tensor.text_tensor import STRING, TextTensor

DTYPES = {
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string",
    8: "complex64", 9: "int64", 10: "bool", 14: "bfloat16", 17: "uint16", 18: "complex128",
    19: "float16", 22: "uint32", 23: "uint64",
}  # fmt: skip
NUMBERS = {name: number for number, name in DTYPES.items()}
CONTENT, TEXTS = 4, 8
PACKED = {5: "<f4", 6: "<f8", 9: "<f4", 12: "<f8"}  # fields whose values are floats
VARINTS = (7, 10, 11, 13, 16, 17)  # fields whose values are whole numbers


def serialize_tensor(tensor: Any, name: str | None = None) -> TextTensor:
    """A tensor as bytes, a single text."""
    given = convert_to_tensor(tensor)
    array = given.array if isinstance(given, TextTensor) else np.asarray(given.numpy())
    head = whole(1, NUMBERS[given.dtype.name])
    sizes = b"".join(field(2, BYTES, whole(1, each) if each else b"") for each in array.shape)
    head += field(2, BYTES, sizes)
    if given.dtype == STRING:
        texts = (field(TEXTS, BYTES, each) for each in array.reshape(-1).tolist())
        return scalar(head + b"".join(texts))
    content = np.ascontiguousarray(array).tobytes()
    return scalar(head + (field(CONTENT, BYTES, content) if content else b""))


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Tensor:
    """The tensor that `serialize_tensor` has written.

    Args:
        serialized: its bytes, a single text.
        out_type: its dtype.
        name: taken for the sake of TensorFlow's users.

    Raises:
        ValueError: the bytes hold no tensor, or one of another dtype.
    """
    try:
        found = [*fields(as_texts(serialized).numpy())]
    except ValueError as error:
        raise ValueError(_parse_message(str(error))) from None
    dtype = DTYPES.get(next((value for number, _, value in found if number == 1), 0))
    if dtype is None or dtype != as_dtype(out_type).name:
        raise ValueError(_dtype_message(dtype, out_type))
    sizes = [_size(dim) for number, _, value in found if number == 2 for dim in _dims(value)]
    if dtype == "string":
        return TextTensor(_texts(found, sizes))
    array = _numbers(found, as_dtype(dtype), math.prod(sizes))
    return ops.convert_to_tensor(array.reshape(sizes))


def _dims(shape: bytes) -> list[bytes]:
    return [content for number, _, content in fields(shape) if number == 2]


def _size(dim: bytes) -> int:
    return next((signed(value) for number, _, value in fields(dim) if number == 1), 0)


def _texts(found: Any, sizes: list[int]) -> Array:
    texts = [value for number, _, value in found if number == TEXTS]
    row = np.empty(math.prod(sizes), object)
    row[: len(texts)] = texts
    row[len(texts) :] = texts[-1] if texts else b""
    return row.reshape(sizes)


def _numbers(found: Any, dtype: Any, count: int) -> Array:
    content = b"".join(value for number, _, value in found if number == CONTENT)
    if content or not count:
        if len(content) != count * dtype.itemsize:
            raise ValueError(_parse_message(f"{len(content)} bytes for {count} of {dtype.name}"))
        return np.frombuffer(content, dtype).copy()
    row = np.concatenate([_values(*each) for each in found] or [np.zeros(0)])
    if dtype.name in ("float16", "bfloat16"):
        row = row.astype(np.uint16).view(dtype)
    elif dtype.kind == "c":
        row = row.view(dtype)
    if not len(row) or len(row) > count:
        raise ValueError(_parse_message(f"{len(row)} values for {count}"))
    # The last value stands for those that follow, where there are fewer than places.
    return np.concatenate([row, np.repeat(row[-1:], count - len(row))]).astype(dtype)


def _values(number: int, kind: int, value: Any) -> Array:
    if number in PACKED:
        return np.frombuffer(value, PACKED[number])
    if number in VARINTS:
        return varints(value) if kind == BYTES else np.array([signed(value)], np.int64)
    return np.zeros(0, np.int8)


def _parse_message(given: str) -> str:
    return explain(
        "These bytes hold no tensor",
        given=given,
        expected="what tf.io.serialize_tensor has written",
        remedy="tf.io.parse_tensor(tf.io.serialize_tensor(x), x.dtype)",
    )


def _dtype_message(found: str | None, wanted: Any) -> str:
    return explain(
        "The bytes hold a tensor of another dtype",
        given=f"{found}",
        expected=f"{as_dtype(wanted).name} (set by out_type)",
        remedy=f"tf.io.parse_tensor(serialized, tf.{found})" if found else "another text",
    )

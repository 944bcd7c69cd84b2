"""An ONNX file: a message of protocol buffers, written from plain nodes and arrays.

    ModelProto       ir_version = 1, producer_name = 2, graph = 7, opset_import = 8
    GraphProto       node = 1, name = 2, initializer = 5, input = 11, output = 12
    NodeProto        input = 1, output = 2, name = 3, op_type = 4, attribute = 5
    AttributeProto   name = 1, f = 2, i = 3, s = 4, t = 5, g = 6, floats = 7, ints = 8, type = 20

Source: `onnx.proto` of the ONNX standard, and its operators' specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.serialization import wire
from geartrain.tensor import Array, DType, Shape

TYPES = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9,
    "float16": 10, "float64": 11, "uint32": 12, "uint64": 13, "bfloat16": 16,
}  # fmt: skip
FORMATS = {18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11}  # the ir_version of each opset
LARGEST = 2**31 - 1  # bytes of a message


@dataclass(frozen=True)
class Statement:
    """A node of ONNX: an operator, the names of what it takes and gives, and attributes."""

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Value:
    """A named value at a graph's border: `shape` has numbers and `Dim`s."""

    name: str
    dtype: DType
    shape: Shape


@dataclass
class Body:
    """A graph of ONNX."""

    name: str
    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)


def model_bytes(body: Body, opset: int, version: str) -> bytes:
    """The content of a file.

    Raises:
        ValueError: it is too large for a message.
    """
    imported = wire.text(1, "") + wire.whole(2, opset)
    found = b"".join(
        [
            wire.whole(1, FORMATS[opset]),
            wire.text(2, "geartrain"),
            wire.text(3, version),
            _inner(7, graph_message(body)),
            _inner(8, imported),
        ]
    )
    if len(found) > LARGEST:
        raise ValueError(_size_message(len(found)))
    return found


def graph_message(body: Body) -> bytes:
    """A graph."""
    return b"".join(
        [
            *(_inner(1, _statement_message(each)) for each in body.statements),
            wire.text(2, body.name),
            *(_inner(5, _array_message(name, each)) for name, each in body.constants.items()),
            *(_inner(11, _value_message(each)) for each in body.inputs),
            *(_inner(12, _value_message(each)) for each in body.outputs),
        ]
    )


def type_of(dtype: Any) -> int:
    """ONNX's number of a dtype.

    Raises:
        TypeError: ONNX has no such.
    """
    name = np.dtype(dtype).name
    if name not in TYPES:
        raise TypeError(_type_message(name))
    return TYPES[name]


def _inner(number: int, message: bytes) -> bytes:
    return wire.field(number, wire.BYTES, message)


def _statement_message(statement: Statement) -> bytes:
    return b"".join(
        [
            *(wire.text(1, each) for each in statement.inputs),
            *(wire.text(2, each) for each in statement.outputs),
            wire.text(3, f"{statement.operator}_{statement.outputs[0]}"),
            wire.text(4, statement.operator),
            *(_inner(5, _attribute_message(*each)) for each in statement.attributes.items()),
        ]
    )


def _attribute_message(name: str, value: Any) -> bytes:
    kind, content = _attribute_content(value)
    return wire.text(1, name) + content + wire.whole(20, kind)


def _attribute_content(value: Any) -> tuple[int, bytes]:
    """The kind of an attribute (FLOAT 1, INT 2, STRING 3, TENSOR 4, GRAPH 5, INTS 7), and it."""
    if isinstance(value, float):
        return 1, wire.single(2, value)
    if isinstance(value, int):
        return 2, wire.whole(3, value)
    if isinstance(value, str):
        return 3, wire.text(4, value)
    if isinstance(value, np.ndarray):
        return 4, _inner(5, _array_message("", value))
    if isinstance(value, Body):
        return 5, _inner(6, graph_message(value))
    return 7, b"".join(wire.whole(8, each) for each in value)


def _array_message(name: str, array: Array) -> bytes:
    """TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9, its bytes the lowest first."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    sizes = b"".join(wire.whole(1, size) for size in array.shape)
    content = wire.field(9, wire.BYTES, np.ascontiguousarray(little).tobytes())
    return sizes + wire.whole(2, type_of(array.dtype)) + wire.text(8, name) + content


def _value_message(value: Value) -> bytes:
    """ValueInfoProto: name = 1, type = 2: tensor_type = 1: elem_type = 1, shape = 2: dim = 1."""
    sizes = b"".join(_inner(1, _size(each)) for each in value.shape)
    tensor = wire.whole(1, type_of(value.dtype)) + _inner(2, sizes)
    return wire.text(1, value.name) + _inner(2, _inner(1, tensor))


def _size(size: Any) -> bytes:
    """Dimension: dim_value = 1, dim_param = 2."""
    return wire.whole(1, size) if isinstance(size, int) else wire.text(2, str(size))


def _type_message(name: str) -> str:
    return explain(
        "ONNX has no such dtype",
        given=name,
        expected=", ".join(TYPES),
        remedy="ops.cast(x, 'float32') in the model",
    )


def _size_message(size: int) -> str:
    return explain(
        "The model is too large for one ONNX file",
        given=f"{size:,} bytes",
        expected=f"{LARGEST:,} bytes at most, the limit of protocol buffers",
        remedy="export parts of the model, as models of their own",
    )


def names_of(statements: Sequence[Statement]) -> set[str]:
    """Every name that statements use, those of graphs inside of them included."""
    used = {name for each in statements for name in each.inputs}
    for each in statements:
        for body in each.attributes.values():
            if isinstance(body, Body):
                used |= names_of(body.statements) | {out.name for out in body.outputs}
    return used

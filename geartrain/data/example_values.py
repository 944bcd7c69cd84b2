"""What an `Example` of a TFRecord file holds, as arrays: the reading that makes no messages.

    feature_values(data)  ->  {"label": ("int64_list", array([3])), "word": ("bytes_list", [b"a"])}

`examples.py` says how the message is built, `wire.py` how it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.serialization.wire import BYTES, FOUR_BYTES, VARINT, fields, varint, varints
from geartrain.tensor import Array

KINDS = {1: "bytes_list", 2: "float_list", 3: "int64_list"}


def feature_values(data: bytes) -> dict[str, tuple[str, Any]]:
    """The features of an `Example`: by its name, which list it is, and what is in it.

    Floats and whole numbers are arrays, bytes a list.

    Raises:
        ValueError: the bytes are no such message.
    """
    return {
        name: feature_value(each)
        for part in parts_of(data, 1)
        for name, each in pairs_of(part)
    }  # fmt: skip


def sequence_values(data: bytes) -> tuple[dict[str, Any], dict[str, list[tuple[str, Any]]]]:
    """The context of a `SequenceExample`, and its lists of features, in the same form."""
    context = {
        name: feature_value(each) for part in parts_of(data, 1) for name, each in pairs_of(part)
    }
    lists = {
        name: [feature_value(feature) for feature in parts_of(each, 1)]
        for part in parts_of(data, 2)
        for name, each in pairs_of(part)
    }
    return context, lists


def feature_value(data: bytes) -> tuple[str, Any]:
    """Which list a feature is, "" for none, and what is in it."""
    kind, found = "", b""
    for number, how, content in read_fields(data):
        if number in KINDS and how == BYTES:
            found = content if KINDS[number] != kind else found + content
            kind = KINDS[number]
    return kind, READERS[kind](found) if kind else []


def read_fields(data: bytes) -> Iterator[tuple[int, int, Any]]:
    """The fields of a message, as `wire.fields` gives them.

    Raises:
        ValueError: the bytes are no message.
    """
    try:
        yield from fields(data)
    except ValueError as error:
        raise ValueError(_parse_message(error)) from None


def parts_of(data: bytes, wanted: int) -> Iterator[bytes]:
    """The messages and texts in the fields of one number."""
    return (
        content for number, kind, content in read_fields(data) if (number, kind) == (wanted, BYTES)
    )


def pairs_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names, and messages that belong to them."""
    for pair in parts_of(data, 1):
        found = {number: content for number, _, content in read_fields(pair)}
        yield found.get(1, b"").decode(), found.get(2, b"")


def _texts(data: bytes) -> list[bytes]:
    return [*parts_of(data, 1)]


def _floats(data: bytes) -> Array:
    packed = b"".join(
        c for n, kind, c in read_fields(data) if n == 1 and kind in (BYTES, FOUR_BYTES)
    )
    return np.frombuffer(packed, "<f4")


def _wholes(data: bytes) -> Array:
    found = [
        varints(content) if kind == BYTES else varints(varint(content))
        for number, kind, content in read_fields(data)
        if number == 1 and kind in (BYTES, VARINT)
    ]
    return np.concatenate(found) if found else np.empty(0, np.int64)


READERS: dict[str, Callable[[bytes], Any]] = {
    "bytes_list": _texts, "float_list": _floats, "int64_list": _wholes,
}  # fmt: skip


def _parse_message(error: Exception) -> str:
    return explain(
        "These bytes are no message of this kind",
        given=str(error),
        expected="what SerializeToString has written",
        remedy="for record in TFRecordDataset(path): Example.FromString(record.numpy())",
    )

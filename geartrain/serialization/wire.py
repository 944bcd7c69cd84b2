"""The wire format of protocol buffers: a message is its fields, one after the other.

    field     number and kind (a varint), then the content, with its length where it needs one

Source: Google's "Protocol Buffers: Encoding".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.tensor import Array

FEW = 32  # bytes of whole numbers, for which Python's loop is quicker
VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5


def varint(number: int) -> bytes:
    """A whole number, seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def field(number: int, kind: int, content: bytes) -> bytes:
    """A field of a message: its number and kind, and its content, with the length where needed."""
    size = varint(len(content)) if kind == BYTES else b""
    return varint(number << 3 | kind) + size + content


def text(number: int, content: str) -> bytes:
    """A field of text."""
    return field(number, BYTES, content.encode())


def whole(number: int, content: int) -> bytes:
    """A field of a whole number."""
    return field(number, VARINT, varint(content))


def single(number: int, content: float) -> bytes:
    """A field of a float of four bytes."""
    return field(number, FOUR_BYTES, struct.pack("<f", content))


def read_varint(data: bytes, start: int) -> tuple[int, int]:
    """A whole number that begins at a place, and the place behind it.

    Raises:
        ValueError: the bytes end before it does.

    >>> read_varint(varint(300), 0)
    (300, 2)
    """
    number = shift = 0
    for place in range(start, min(start + 10, len(data))):
        byte = data[place]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place + 1
        shift += 7
    raise ValueError("the message ends within a number, or is none")


def fields(data: bytes) -> Iterator[tuple[int, int, Any]]:
    """The fields of a message: number, kind, and content: a whole number for a varint, else bytes.

    Raises:
        ValueError: the bytes are no message.

    >>> list(fields(whole(1, 300) + text(2, "ab")))
    [(1, 0, 300), (2, 2, b'ab')]
    """
    place = 0
    while place < len(data):
        key, place = (data[place], place + 1) if data[place] < 0x80 else read_varint(data, place)
        kind = key & 7
        if kind == VARINT:
            content, place = read_varint(data, place)
            yield key >> 3, kind, content
            continue
        size, place = _size(data, kind, place)
        if place + size > len(data):
            raise ValueError("the message ends within a field, or is none")
        yield key >> 3, kind, data[place : place + size]
        place += size


def _size(data: bytes, kind: int, place: int) -> tuple[int, int]:
    if kind == BYTES:
        if place < len(data) and data[place] < 0x80:
            return data[place], place + 1
        return read_varint(data, place)
    if kind not in (EIGHT_BYTES, FOUR_BYTES):
        raise ValueError(f"a field of kind {kind}, which there is not: this is no message")
    return (8 if kind == EIGHT_BYTES else 4), place


def signed(number: int) -> int:
    """A varint of 64 bits as int64.

    >>> signed(2**64 - 1)
    -1
    """
    return number - (1 << 64) if number >> 63 else number


def varints(data: bytes) -> Array:
    """Whole numbers one after another, as int64.

    Raises:
        ValueError: the bytes end within a number.

    >>> varints(varint(3) + varint(300) + varint(-1))
    array([  3, 300,  -1])
    """
    if len(data) < FEW:
        return np.array(list(_one_by_one(data)), np.int64)
    row = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(row < 0x80)
    if not len(ends) or ends[-1] != len(row) - 1:
        raise ValueError("the message ends within a number, or is none")
    starts = np.concatenate([[0], ends[:-1] + 1])
    places = np.arange(len(row)) - np.repeat(starts, ends - starts + 1)
    parts = (row & np.uint8(0x7F)).astype(np.uint64) << (7 * places).astype(np.uint64)
    return np.add.reduceat(parts, starts).view(np.int64)


def _one_by_one(data: bytes) -> Iterator[int]:
    place = 0
    while place < len(data):
        number, place = read_varint(data, place)
        yield signed(number)

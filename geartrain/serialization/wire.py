"""The wire format of protocol buffers: a message is its fields, one after the other.

    field     number and kind (a varint), then the content, with its length where it needs one

Source: Google's "Protocol Buffers: Encoding".
"""

from __future__ import annotations

import struct

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

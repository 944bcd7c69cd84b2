"""Records of bytes as TensorFlow frames them, and CRC-32C, their checksum.

    record    length (8 bytes), checksum of it (4), the bytes, checksum of them (4)

The checksum is counted byte by byte for a few bytes, and with tables for many:

    data    | lane 0 | lane 1 | ... |    a byte's value and its place in a lane look up what it adds
            |   checksum of 0 1     |    neighbours are joined, as often as it takes

A checksum is linear over GF(2): each byte adds what its place and value say, and a checksum
followed by n bytes is a fixed linear map of it. Leading zeros add nothing, so that lanes are filled
up in front.

Sources: the polynomial is Castagnoli's (IEEE Trans. Communications 41, 1993), in RFC 3720, appendix
B.4; the frame and the masked form are those of TensorFlow's `record_writer.h`.
"""

from __future__ import annotations

import struct
from functools import cache, reduce

import numpy as np

from geartrain.tensor import Array

POLYNOMIAL = 0x82F63B78
MASK = 0xA282EAD8
ALL = 0xFFFFFFFF
LANE = 1024  # bytes
FEW = 64  # bytes, for which Python's loop is quicker
BLOCK = 1 << 20  # bytes that are looked up at a time


def record(data: bytes) -> bytes:
    """Bytes with their length and checksums."""
    length = struct.pack("<Q", len(data))
    sums = (struct.pack("<I", masked(crc32c(each))) for each in (length, data))
    return length + next(sums) + data + next(sums)


def crc32c(data: bytes) -> int:
    """The checksum of some bytes.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    return (_of_few(data) if len(data) < FEW else _in_lanes(data)) ^ ALL


def masked(checksum: int) -> int:
    """A checksum, turned by 15 bits and shifted, as it stands in a file.

    >>> hex(masked(crc32c(b"123456789")))
    '0xc78ab0e5'
    """
    return ((checksum >> 15 | checksum << 17) + MASK) & ALL


def _of_few(data: bytes) -> int:
    table, checksum = _table(), ALL
    for byte in data:
        checksum = table[(checksum ^ byte) & 0xFF] ^ checksum >> 8
    return checksum


def _in_lanes(data: bytes) -> int:
    row = np.frombuffer(data, np.uint8).copy()
    row[:4] ^= 0xFF  # what a checksum begins with
    first = len(row) % BLOCK
    found = _of_block(row[:first])
    for start in range(first, len(row), BLOCK):
        found = _moved(found, BLOCK) ^ _of_block(row[start : start + BLOCK])
    return int(found[0])


def _of_block(row: Array) -> Array:
    """The checksum of a row of bytes, which begins with 0."""
    if len(row) <= LANE:
        places = _places()[LANE - len(row) :] + row
        return np.array([np.bitwise_xor.reduce(_added().take(places))])
    lanes = np.zeros(LANE << (-(-len(row) // LANE) - 1).bit_length(), np.uint8)
    lanes[len(lanes) - len(row) :] = row
    places = _places() + lanes.reshape(-1, LANE)
    sums: Array = np.bitwise_xor.reduce(_added().take(places), axis=1)
    length = LANE
    while len(sums) > 1:
        sums = _moved(sums[::2], length) ^ sums[1::2]
        length *= 2
    return sums


@cache
def _places() -> Array:
    """Where in `_added` the values of each place of a lane begin."""
    return np.arange(0, LANE * 256, 256)


@cache
def _added() -> Array:
    """What a byte adds to the checksum of a lane, by its place and value."""
    rows = [np.array(_table(), np.uint32)]
    while len(rows) < LANE:
        rows.append(_after_zero(rows[-1]))
    return np.concatenate(rows[::-1])


def _after_zero(sums: Array) -> Array:
    """The checksums after one more byte of zeros."""
    found: Array = np.array(_table(), np.uint32)[sums & np.uint32(0xFF)] ^ sums >> np.uint32(8)
    return found


def _moved(sums: Array, length: int) -> Array:
    """The checksums after so many more bytes of zeros."""
    tables = _shift(length)
    parts = (tables[place][sums >> np.uint32(8 * place) & np.uint32(0xFF)] for place in range(4))
    found: Array = reduce(np.bitwise_xor, parts)
    return found


@cache
def _shift(length: int) -> Array:
    """For each byte of a checksum and each of its values: what `length` zeros make of it."""
    if length > 1:
        half = _moved(_bytes_of_checksums(), length // 2)
        return _moved(half.reshape(-1), length - length // 2).reshape(4, 256)
    return _after_zero(_bytes_of_checksums()).reshape(4, 256)


def _bytes_of_checksums() -> Array:
    values = np.arange(256, dtype=np.uint32)
    return np.concatenate([values << np.uint32(8 * place) for place in range(4)])


@cache
def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (POLYNOMIAL if value & 1 else 0)
        found.append(value)
    return tuple(found)

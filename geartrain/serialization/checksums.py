"""Records of bytes as TensorFlow frames them, and CRC-32C, their checksum.

    record    length (8 bytes), checksum of it (4), the bytes, checksum of them (4)

The checksum is counted byte by byte for a few bytes, and in lanes for many:

    data    | lane 0 | lane 1 | ... |    a checksum for each lane, side by side; then neighbours
            |   checksum of 0 1     |    are joined, as often as it takes

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
LANE = 256  # bytes
FEW = 512  # bytes, for which Python's loop is quicker


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
    count = 1 << (-(-len(data) // LANE) - 1).bit_length()
    lanes = np.zeros(count * LANE, np.uint8)
    rest = lanes[len(lanes) - len(data) :]
    rest[:] = np.frombuffer(data, np.uint8)
    rest[:4] ^= 0xFF  # what a checksum begins with
    sums = _sums(lanes.reshape(count, LANE))
    length = LANE
    while len(sums) > 1:
        sums = _moved(sums[::2], length) ^ sums[1::2]
        length *= 2
    return int(sums[0])


def _sums(lanes: Array) -> Array:
    """The checksum of each row, one column at a time."""
    table = np.array(_table(), np.uint32)
    sums = np.zeros(len(lanes), np.uint32)
    for column in np.ascontiguousarray(lanes.T):
        sums = table[(sums ^ column) & np.uint32(0xFF)] ^ sums >> np.uint32(8)
    return sums


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
    sums, table = _bytes_of_checksums(), np.array(_table(), np.uint32)
    moved: Array = table[sums & np.uint32(0xFF)] ^ sums >> np.uint32(8)
    return moved.reshape(4, 256)


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

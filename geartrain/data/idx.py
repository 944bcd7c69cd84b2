"""The idx format of the MNIST files: a magic number, sizes, then bytes.

    00 00 08 03   0000ea60 0000001c 0000001c   00 00 ...
    bytes, rank 3         60000 x 28 x 28      elements

Source: the description on the MNIST page of LeCun, Cortes and Burges.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from geartrain.errors import explain

GZIP_MAGIC = b"\x1f\x8b"
UNSIGNED_BYTES = bytes([0, 0, 8])


def read_idx(path: Path) -> np.ndarray[Any, Any]:
    """The array in an idx file of unsigned bytes, gzipped or not.

    Raises:
        ValueError: the file is no such file, or is cut off.
    """
    with path.open("rb") as file:
        is_gzipped = file.read(2) == GZIP_MAGIC
    try:
        with gzip.open(path) if is_gzipped else path.open("rb") as file:
            return _read_array(path, cast("BinaryIO", file), _room(path, is_gzipped))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(_message(path, f"a damaged gzip file ({error})")) from None


def map_idx(path: Path) -> np.ndarray[Any, Any]:
    """The array in an idx file, read from the disk where it is used; a gzipped one is read whole.

    Raises:
        ValueError: the file is no such file, or is cut off.
    """
    with path.open("rb") as file:
        head = file.read(4)
        if head[:2] == GZIP_MAGIC:
            return read_idx(path)
        sizes = file.read(4 * head[3]) if len(head) == 4 and head[:3] == UNSIGNED_BYTES else b""
    if not sizes or len(sizes) < 4 * head[3]:
        return read_idx(path)  # which says what is wrong
    shape, start = struct.unpack(f">{head[3]}I", sizes), 4 + len(sizes)
    if path.stat().st_size != start + math.prod(shape):
        return read_idx(path)
    return np.memmap(path, np.uint8, "r", start, shape)


def _room(path: Path, is_gzipped: bool) -> int:
    """How many bytes the file can hold at most: deflate makes 1032 of one, and no more."""
    return path.stat().st_size * (1032 if is_gzipped else 1)


def _read_array(path: Path, file: BinaryIO, room: int) -> np.ndarray[Any, Any]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:3] != UNSIGNED_BYTES:
        raise ValueError(_message(path, f"a file that begins with {magic!r}"))
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise ValueError(_message(path, "a file that ends within its sizes"))
    shape = struct.unpack(f">{magic[3]}I", sizes)
    if math.prod(shape) > room:
        raise ValueError(_message(path, f"sizes {shape}, too large for the file"))
    array = np.empty(shape, np.uint8)
    # Straight into the array: no second copy of 47 MB, and the user may write to it.
    received = file.readinto(array.reshape(-1).data)  # type: ignore[attr-defined]
    received += len(file.read(1))
    if received != array.size:
        given = f"{received:,} bytes" if received < array.size else "more bytes"
        raise ValueError(_message(path, f"{given} for {array.size:,} elements"))
    return array


def _message(path: Path, given: str) -> str:
    return explain(
        f"{path.name} is not a whole idx file",
        given=f"{given}, at {path}",
        expected="an idx file of unsigned bytes, as the MNIST files are, gzipped or not",
        remedy=f"rm '{path}', and load again",
    )

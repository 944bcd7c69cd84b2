"""Pixels as PNG, by the standard's own few chunks and the standard library's zlib.

Source: W3C, Portable Network Graphics (PNG) Specification, third edition.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, RGBA = 0, 2, 6
COLOUR_TYPES = {1: GREY, 3: RGB, 4: RGBA}


def encode_png(pixels: Array) -> bytes:
    """The file's bytes.

    Args:
        pixels: `(height, width)` or `(height, width, 1 | 3 | 4)`, uint8.
    """
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    height, width, channels = planes.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each row starts with its filter: 0
    rows[:, 1:] = planes.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[channels], 0, 0, 0)
    data = zlib.compress(rows.tobytes(), 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

"""The idx format of the MNIST files: a magic number, sizes, then bytes.

Source: the description on the MNIST page of LeCun, Cortes and Burges.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.errors import explain

UNSIGNED_BYTE = 8


def read_idx(path: Path) -> np.ndarray[Any, Any]:
    """The array in an idx file of unsigned bytes, gzipped or not.

    Raises:
        ValueError: the file is no such file, or is cut off.
    """
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (EOFError, OSError) as error:
            raise ValueError(_message(path, f"a damaged gzip file ({error})")) from None
    if len(raw) < 4 or raw[:3] != bytes([0, 0, UNSIGNED_BYTE]):
        raise ValueError(_message(path, f"a file that begins with {raw[:4]!r}"))
    rank = raw[3]
    sizes = tuple(int(size) for size in np.frombuffer(raw, ">u4", rank, 4))
    start, count = 4 + 4 * rank, int(np.prod(sizes))
    if len(raw) - start != count:
        raise ValueError(_message(path, f"{len(raw) - start:,} bytes for {count:,} elements"))
    return np.frombuffer(raw, np.uint8, count, start).reshape(sizes)


def _message(path: Path, given: str) -> str:
    return explain(
        f"{path.name} is not a whole idx file",
        given=f"{given}, at {path}",
        expected="an idx file of unsigned bytes, as the MNIST files are, gzipped or not",
        remedy=f"rm '{path}', and load again",
    )

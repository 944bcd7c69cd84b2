"""Reading .npz files, lists of Python's in them included, without running anything.

imdb.npz = x_train.npy, y_train.npy, ...: an array of lists is a pickle after its head
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from geartrain.datasets.pickled import read_pickle
from geartrain.errors import explain

Array = np.ndarray[Any, Any]
DAMAGED = (KeyError, ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error)


def read_npz(path: Path, names: Sequence[str]) -> list[Array]:
    """The arrays of these names in an .npz file.

    Raises:
        ValueError: it is no such file, lacks one of them, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [_read_member(archive, f"{name}.npy") for name in names]
    except DAMAGED as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(_message(path, names, f"{type(error).__name__}: {error}")) from None


def _read_member(archive: zipfile.ZipFile, name: str) -> Array:
    with archive.open(name) as file:
        return _read_array(file)


def _read_array(file: IO[bytes]) -> Array:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, is_fortran, dtype = np.lib.format.read_array_header_2_0(file)
    order: Any = "F" if is_fortran else "C"
    if dtype.hasobject:
        return np.asarray(read_pickle(file.read())).reshape(shape, order=order)
    return np.frombuffer(file.read(), dtype).reshape(shape, order=order).copy()


def _message(path: Path, names: Sequence[str], reason: str) -> str:
    return explain(
        f"{path.name} is not the file that it should be",
        given=f"{path} ({reason})",
        expected=f"an .npz file with {', '.join(names)}",
        remedy=f"rm '{path}', and load again",
    )

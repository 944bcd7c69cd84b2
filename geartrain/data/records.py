"""Elements in a file: what `save`, `load`, `cache(filename)` and `snapshot` write and read.

    GEARTRAIN ELEMENTS 2          a line
    {"tuple": [...]}              a line: the specs of an element, as JSON
    an .npy for each array, one after another; at the end, how many elements there are

Nothing in such a file is executed: arrays of numbers in NumPy's format without pickle, texts as
bytes with their lengths.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from geartrain.data.cardinality import UNKNOWN
from geartrain.data.elements import Element
from geartrain.data.spec import DatasetSpec, TensorSpec
from geartrain.data.stage import Stage
from geartrain.errors import explain
from geartrain.tensor import Array
from geartrain.tensor.nest import flatten, pack_like
from geartrain.tensor.text_tensor import STRING

MAGIC = b"GEARTRAIN ELEMENTS 2\n"
BEFORE = b"GEARTRAIN ELEMENTS 1\n"  # without a number at the end
COUNT_BYTES = 8
NAME = "elements.geartrain"
SUFFIX = ".geartrain"
ELEMENT, END = b"\x01", b"\x00"


def write(path: Path, elements: Iterable[Element], spec: Any) -> Iterator[Element]:
    """Write elements as they are taken, and give them on; only a whole file gets the name `path`.

    Raises:
        TypeError: there are data sets among the elements.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(MAGIC + json.dumps(_as_json(spec)).encode() + b"\n")
        count = 0
        for count, each in enumerate(elements, 1):  # noqa: B007  (it is used behind the loop)
            file.write(ELEMENT)
            for leaf in flatten(each):
                _write_leaf(file, leaf)
            yield each
        file.write(END + struct.pack("<Q", count))
    part.replace(path)


def read_spec(path: Path) -> Any:
    """What the elements of a file are like.

    Raises:
        ValueError: it is no such file.
    """
    with path.open("rb") as file:
        return _read_head(path, file)


def read_count(path: Path) -> int:
    """How many elements a file says that it has."""
    if not _is_counted(path):
        return UNKNOWN
    with path.open("rb") as file:
        file.seek(-COUNT_BYTES, os.SEEK_END)
        count: int = struct.unpack("<Q", file.read(COUNT_BYTES))[0]
        return count


def read(path: Path) -> Iterator[Element]:
    """The elements of a file.

    Raises:
        ValueError: it is no such file, or is cut off.
    """
    with path.open("rb") as file:
        spec = _read_head(path, file)
        leaves, is_counted = flatten(spec), _is_counted(path)
        while (mark := file.read(1)) == ELEMENT:
            try:
                found = [_read_leaf(file, each) for each in leaves]
            except ValueError:  # NumPy's, for an array that is not whole
                break
            yield pack_like(spec, found)
        if mark != END or len(file.read()) != COUNT_BYTES * is_counted:
            raise ValueError(_file_message(path, "a file that ends within its elements"))


class Recorded(Stage):
    """The elements of a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def _find_spec(self) -> Any:
        return read_spec(self.path)

    @property
    def size(self) -> int:
        return read_count(self.path)

    def elements(self) -> Iterator[Element]:
        return read(self.path)


def _is_counted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline(100) == MAGIC


def _read_head(path: Path, file: IO[bytes]) -> Any:
    if file.readline(100) not in (MAGIC, BEFORE):
        raise ValueError(_file_message(path, "a file that begins otherwise"))
    try:
        return _of_json(json.loads(file.readline()))
    except (ValueError, KeyError, TypeError):
        raise ValueError(_file_message(path, "a file whose description is damaged")) from None


def _as_json(spec: Any) -> Any:
    if isinstance(spec, DatasetSpec):
        raise TypeError(_nested_message())
    if spec is None:
        return None
    if isinstance(spec, dict):
        return {"dict": [[key, _as_json(each)] for key, each in spec.items()]}
    if isinstance(spec, tuple):
        return {"tuple": [_as_json(each) for each in spec]}
    return {"shape": spec.shape, "dtype": spec.dtype.name}


def _of_json(form: Any) -> Any:
    if form is None:
        return None
    if "dict" in form:
        return {key: _of_json(each) for key, each in form["dict"]}
    if "tuple" in form:
        return tuple(_of_json(each) for each in form["tuple"])
    return TensorSpec(form["shape"], form["dtype"])


def _write_leaf(file: IO[bytes], leaf: Any) -> None:
    if leaf is None:
        return
    array = np.asarray(leaf) if not isinstance(leaf, bytes) else np.array(leaf, object)
    if array.dtype.kind == "O":
        texts = array.reshape(-1).tolist()
        _write_array(file, np.array(array.shape, np.int64))
        _write_array(file, np.array([len(each) for each in texts], np.int64))
        file.write(b"".join(texts))
    else:
        _write_array(file, array.view(np.uint16) if array.dtype.name == "bfloat16" else array)


def _write_array(file: IO[bytes], array: Array) -> None:
    np.lib.format.write_array(file, array, allow_pickle=False)


def _read_leaf(file: IO[bytes], spec: Any) -> Any:
    if spec is None:
        return None
    array = np.lib.format.read_array(file, allow_pickle=False)
    if spec.dtype != STRING:
        return array.view(spec.dtype) if spec.dtype.name == "bfloat16" else array
    lengths = np.lib.format.read_array(file, allow_pickle=False)
    found = np.empty(lengths.shape, object)
    found[:] = [file.read(int(length)) for length in lengths]
    return found.reshape(array)


def _file_message(path: Path, given: str) -> str:
    return explain(
        "This file holds no whole row of elements",
        given=f"{path}: {given}",
        expected="a file that Dataset.save or Dataset.cache(filename) has written",
        remedy=f"rm '{path}', and write it again",
    )


def _nested_message() -> str:
    return explain(
        "Data sets within a data set cannot be written to a file",
        given="elements that are data sets, as window gives them",
        expected="elements of arrays",
        remedy="dataset.window(4).flat_map(lambda part: part.batch(4))",
    )

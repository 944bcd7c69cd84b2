"""Files: their names, and the lines of texts."""

from __future__ import annotations

import bz2
import glob
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.data.elements import Element, read_element
from geartrain.data.sources import Slices
from geartrain.data.spec import TensorSpec
from geartrain.data.stage import Stage
from geartrain.errors import explain, unknown_name
from geartrain.tensor.text_tensor import text_array

COMPRESSIONS = ("", "GZIP", "ZLIB")


def read_paths(given: Any) -> list[Path]:
    """Paths of files: one, several, or texts of a pipeline.

    Raises:
        TypeError: it is none.
    """
    if isinstance(given, str | bytes | os.PathLike):
        return [Path(os.fsdecode(given))]
    if isinstance(given, Sequence) and all(isinstance(x, str | bytes | os.PathLike) for x in given):
        return [Path(os.fsdecode(each)) for each in given]
    leaf = read_element(list(given) if isinstance(given, Sequence) else given)
    if not isinstance(leaf, np.ndarray) or leaf.dtype.kind != "O":
        raise TypeError(_paths_message(given))
    return [Path(os.fsdecode(each)) for each in np.atleast_1d(leaf).reshape(-1).tolist()]


def paths_stage(given: Any) -> Stage:
    """A stage of the names of files: those of a data set, or these."""
    found: Stage | None = getattr(given, "stage", None)
    if found is not None:
        return found
    return Slices(text_array([str(each) for each in read_paths(given)]))


def matching(patterns: Any) -> list[str]:
    """The files that patterns fit, each pattern's sorted by name.

    Raises:
        FileNotFoundError: there are none.
    """
    names: set[str] = set()
    for pattern in read_paths(patterns):
        names.update(each for each in glob.glob(str(pattern)) if Path(each).is_file())  # noqa: PTH207
    if not names:
        raise FileNotFoundError(_pattern_message(patterns))
    return sorted(names)


def file_names(patterns: Any) -> Slices:
    """A stage of the names of files that patterns fit."""
    return Slices(text_array(matching(patterns)))


def labelled_files(folder: Path, classes: Sequence[str] | None) -> Slices:
    """A stage of pairs: the path of a file in a sub-folder, and the number of the sub-folder.

    Raises:
        FileNotFoundError: there are no sub-folders, or no files in them.
    """
    found = classes or sorted(each.name for each in folder.iterdir() if each.is_dir())
    pairs = [
        (str(file), number)
        for number, name in enumerate(found)
        for file in sorted((folder / name).rglob("*"))
        if file.is_file()
    ]
    if not pairs:
        raise FileNotFoundError(_folder_message(folder))
    names, numbers = zip(*pairs, strict=True)
    return Slices((text_array(list(names)), np.array(numbers, np.int32)))


class Lines(Stage):
    """The lines of text files, without their ends.

    Args:
        paths: a stage of the files' names.
        compression: "", "GZIP" or "ZLIB"; None as the files' names say.
    """

    def __init__(self, paths: Stage, compression: str | None = None) -> None:
        super().__init__(paths)
        if compression is not None and compression not in COMPRESSIONS:
            remedy = "compression_type={}"
            raise ValueError(unknown_name("compression", compression, COMPRESSIONS, remedy=remedy))
        self.compression = compression

    def _find_spec(self) -> Any:
        return TensorSpec((), "string")

    def elements(self) -> Iterator[Element]:
        for each in self.source.elements():
            for path in read_paths(each):
                with opened(path, self.compression) as file:
                    yield from _lines(file, path)


def _lines(file: Any, path: Path) -> Iterator[bytes]:
    with unpacking(path):
        for line in file:
            yield line.rstrip(b"\r\n")


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """Inside, what is wrong with a packed file is an error that names the file."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, lzma.LZMAError, zlib.error) as error:
        raise ValueError(_packed_message(path, error)) from None


def opened(path: Path, compression: str | None) -> Any:
    """A file open for reading bytes, unpacked if need be."""
    kind = compression or {".gz": "GZIP", ".bz2": "BZ2", ".xz": "XZ"}.get(path.suffix, "")
    if compression == "" or not kind:
        return path.open("rb")
    if kind == "ZLIB":
        with unpacking(path):
            return io.BytesIO(zlib.decompress(path.read_bytes()))
    opener: Any = {"GZIP": gzip.open, "BZ2": bz2.open, "XZ": lzma.open}[kind]
    return opener(path, "rb")


def _packed_message(path: Path, error: Exception) -> str:
    return explain(
        "This file cannot be unpacked",
        given=f"{path}: {error}",
        expected="a whole file of the compression that compression_type says",
        remedy="compression_type='', if the file is not packed; or write it again",
    )


def _paths_message(given: Any) -> str:
    return explain(
        "The names of files are needed",
        given=f"{given!r} ({type(given).__name__})",
        expected="a str, a pathlib.Path, a list of them, or a Dataset of texts",
        remedy="Dataset.from_text_lines('reviews.txt')",
    )


def _pattern_message(patterns: Any) -> str:
    return explain(
        "No file fits this pattern",
        given=f"{patterns!r}, seen from {Path.cwd()}",
        expected="the name of a file, or a pattern with * and ? that some names fit",
        remedy="Dataset.list_files('pictures/*.png')",
    )


def _folder_message(folder: Path) -> str:
    return explain(
        "There are no files in sub-folders here",
        given=f"{folder}",
        expected="a sub-folder for each class, with its files",
        remedy="Dataset.list_files(folder + '/*'), for files without classes",
    )

"""HDF5 and zip, opened with care: sizes are checked, and writing is all or nothing."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from geartrain.errors import explain

MOST_TEXT = 256 * 2**20  # bytes of a config: no model's comes near
MOST_PACKED = 200  # times that a member of a zip may be larger than what is stored of it


def h5py() -> Any:
    """The library that reads and writes HDF5.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module("h5py")
    except ImportError as error:
        raise ImportError(
            explain(
                "Files of weights need h5py",
                given="a Python without it",
                expected="h5py, which reads and writes HDF5",
                remedy="pip install 'geartrain[files]'   (or: pip install h5py)",
            )
        ) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside the wanted one; it takes the wanted one's place if all goes well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        beside.chmod(0o666 & ~_umask())
        yield beside
        _settle(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _settle(path: Path) -> None:
    """Have the disk hold the file before its name changes."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def check_overwrite(path: Path, overwrite: bool) -> bool:
    """Whether to write: `overwrite`, or nothing is there, or the user says so."""
    if overwrite or not path.exists():
        return True
    return ask(f"{path} exists. Overwrite it? [y/n] ")


def ask(question: str) -> bool:
    """The user's answer, asked for until it is one."""
    while True:
        answer = input(question).strip().lower()
        if answer in ("y", "n"):
            return answer == "y"


def read_text(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """A text of a zip, if its size is such as a text's."""
    return checked(archive, name, path, MOST_TEXT).decode("utf-8")


def checked(archive: zipfile.ZipFile, name: str, path: Path, most: int | None = None) -> bytes:
    """A member of a zip, no larger than it may be."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise ValueError(_part_message(path, name)) from None
    packed = max(member.compress_size, 1)
    too_large = most is not None and member.file_size > most
    if too_large or (member.file_size > 2**20 and member.file_size > MOST_PACKED * packed):
        raise ValueError(_size_message(path, name, member.file_size, packed))
    return archive.read(member)


def safe_names(archive: zipfile.ZipFile, path: Path) -> list[str]:
    """The names of a zip's members; none leads out of the place where it is unpacked."""
    names = archive.namelist()
    for name in names:
        parts = Path(name.replace("\\", "/")).parts
        if ".." in parts or name.startswith(("/", "\\")) or (parts and ":" in parts[0]):
            raise ValueError(_path_message(path, name))
    return names


def _part_message(path: Path, name: str) -> str:
    return explain(
        f"{path} is no whole model",
        given=f"a zip without '{name}'",
        expected="config.json, metadata.json and model.weights.h5, which model.save writes",
        remedy="model.save('model.keras')",
    )


def _size_message(path: Path, name: str, size: int, packed: int) -> str:
    return explain(
        f"{path} is not read",
        given=f"'{name}' of {size:,} bytes, from {packed:,} stored bytes",
        expected="a file that is no larger than a model's, so that it cannot fill the memory",
        remedy="ask whoever made the file to save the model again",
    )


def _path_message(path: Path, name: str) -> str:
    return explain(
        f"{path} is not read",
        given=f"a part named {name!r}",
        expected="names within the file's own folder",
        remedy="ask whoever made the file to save the model again",
    )

"""Unpacking of tar and zip: into one folder, and nothing outside of it."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

FORMATS = ("tar", "zip")


def unpack(path: Path, folder: Path, formats: Any = "auto") -> bool:
    """Unpack an archive; what lies in the folder's place is replaced by the whole contents.

    Args:
        path: the archive.
        folder: where its members go; those whose names lead out of it are left out.
        formats: "tar", "zip", several of them, "auto" for both, None for none.

    Returns:
        Whether it was an archive of one of the formats.
    """
    wanted = FORMATS if formats == "auto" else [formats] if isinstance(formats, str) else formats
    kind = next((each for each in wanted or () if _IS[each](path)), None)
    if kind is None:
        warnings.warn("Could not extract archive.", stacklevel=4)
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        inner = Path(beside) / "contents"
        inner.mkdir()
        _UNPACK[kind](path, inner)
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)
        inner.replace(folder)
    return True


def _untar(path: Path, folder: Path) -> None:
    with tarfile.open(path) as archive:
        for member in archive:
            if _stays_inside(member.name, folder):
                _extract_member(archive, member, folder)


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    try:
        archive.extract(member, folder, filter="data")
    except tarfile.FilterError as error:
        warnings.warn(f"Left out of the archive: {error}", stacklevel=6)


def _unzip(path: Path, folder: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if _stays_inside(name, folder):
                archive.extract(name, folder)


def _stays_inside(name: str, folder: Path) -> bool:
    whole = folder.resolve()
    inside = (whole / name).resolve().is_relative_to(whole)
    if not inside:
        warnings.warn(f"Skipping invalid path during archive extraction: '{name}'.", stacklevel=6)
    return inside


_IS = {"tar": tarfile.is_tarfile, "zip": zipfile.is_zipfile}
_UNPACK = {"tar": _untar, "zip": _unzip}

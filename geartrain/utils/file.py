"""`get_file`: a file from the network, kept in the user's cache, unpacked if it is to be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from geartrain.errors import explain
from geartrain.settings import settings
from geartrain.utils.archive import FORMATS, unpack
from geartrain.utils.download import download, has_digest

ENDINGS = (".tar.gz", ".tar.bz", ".tgz", ".tar", ".zip")


def get_file(
    fname: str | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: str | Path | None = None,
    force_download: bool = False,
) -> str:
    """Download a file, unless it is in the cache already, and give its path.

    Args:
        fname: the file's name in the cache; the last part of `origin`, if None.
        origin: the address.
        untar: the older word for `extract=True, archive_format="tar"`.
        md5_hash: the same as `file_hash`, as older scripts write it.
        file_hash: the SHA-256 or MD5 in hexadecimal; a file without it is downloaded anew.
        cache_subdir: the folder in `cache_dir`.
        hash_algorithm: "sha256", "md5", or "auto", which its length tells.
        extract: whether to unpack it; the path is that of the folder then.
        archive_format: "tar", "zip", a list of them, "auto" for either, or None for none.
        cache_dir: `~/.geartrain`, or what GEARTRAIN_HOME says, if None; what lies in Keras's own
            cache is taken from there.
        force_download: download the file even if it is there.

    Raises:
        DownloadFailed: the address did not give the file.
        ValueError: there is no address, or no name, the name leads out of the cache, or what came
            has another digest.
        NotImplementedError: archives of this format are not known.
    """
    if origin is None:
        raise ValueError(_address_message(fname))
    folder = Path(cache_dir or settings.home).expanduser() / cache_subdir
    target = _cached_path(fname, origin, folder)
    if untar:
        extract, archive_format = True, "tar"
    if extract and archive_format not in (None, "auto"):
        _check_formats(archive_format)
    path = _archive_path(target, fname) if extract else target
    digest = file_hash or md5_hash
    keras = settings.keras_home / cache_subdir
    if cache_dir is None and not path.exists() and (keras / path.name).is_file():
        path, target = keras / path.name, keras / target.name
    fits = path.exists() and (digest is None or has_digest(path, digest, hash_algorithm))
    if force_download or not fits:
        download([origin], path, digest=digest, algorithm=hash_algorithm)
    if not extract:
        return str(path)
    return str(_unpacked(path, target, fname, archive_format, anew=force_download or not fits))


def _archive_path(target: Path, fname: str | None) -> Path:
    """Where the archive itself goes: where its name says so, else beside its contents."""
    return target if _ending(fname) else target.with_name(f"{target.name}_archive")


def _ending(fname: str | None) -> str:
    """What of a name says of which kind the file is; "" where nothing does."""
    name = str(fname or "")
    return next((each for each in ENDINGS if name.endswith(each)), Path(name).suffix)


def _unpacked(path: Path, target: Path, fname: str | None, formats: Any, anew: bool) -> Path:
    """The folder of an archive's contents."""
    folder = target
    if path == target:
        folder = target.with_name(f"{target.name.removesuffix(_ending(fname))}_extracted")
    if anew or not folder.exists():
        unpack(path, folder, formats)
    return folder


def _check_formats(formats: Any) -> None:
    for each in [formats] if isinstance(formats, str) else formats:
        if each not in FORMATS:
            raise NotImplementedError(_format_message(each))


def _cached_path(fname: str | None, origin: str, folder: Path) -> Path:
    name = os.fspath(fname or unquote(urlsplit(origin).path).rpartition("/")[2])
    path = (folder / name).resolve()
    if path.parent != folder.resolve():
        raise ValueError(_name_message(fname, name, origin, folder))
    return folder / name


def _address_message(fname: str | None) -> str:
    return explain(
        'Please specify the "origin" argument (URL of the file to download)',
        given=f"fname={fname!r}, and no origin: get_file needs an address",
        expected="origin, the address to download from",
        remedy=f"get_file({fname!r}, origin='https://...')",
    )


def _name_message(fname: Any, name: str, origin: str, folder: Path) -> str:
    problem = "Paths are no longer accepted as the `fname` argument"
    if not fname and not name:
        problem = f"Can't parse the file name from the origin provided: {origin!r}"
    return explain(
        problem,
        given=f"fname={fname!r}",
        expected=f"the name of a file in {folder}",
        remedy="get_file('data.npz', origin=...), with cache_dir=... for another folder",
    )


def _format_message(given: object) -> str:
    return explain(
        "Archives of this format are not unpacked",
        given=f"archive_format={given!r}",
        expected=" or ".join(map(repr, FORMATS)) + ", or 'auto'",
        remedy="archive_format='auto'",
    )

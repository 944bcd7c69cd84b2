"""`get_file`: a file from the network, kept in the user's cache."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from geartrain.errors import explain
from geartrain.settings import settings
from geartrain.utils.download import download, has_digest


def get_file(
    fname: str | None = None,
    origin: str | None = None,
    *,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    cache_dir: str | Path | None = None,
    force_download: bool = False,
) -> str:
    """Download a file, unless it is in the cache already, and give its path.

    Args:
        fname: the file's name in the cache; the last part of `origin`, if None.
        origin: the address.
        md5_hash: the same as `file_hash`, as older scripts write it.
        file_hash: the SHA-256 or MD5 in hexadecimal; a file without it is downloaded anew.
        cache_subdir: the folder in `cache_dir`.
        cache_dir: `~/.geartrain`, or what GEARTRAIN_HOME says, if None.
        force_download: download the file even if it is there.

    Raises:
        DownloadFailed: the address did not give the file.
        ValueError: there is no address, or no name, or the name leads out of the cache.
    """
    if origin is None:
        raise ValueError(_address_message(fname))
    path = _cached_path(fname, origin, Path(cache_dir or settings.home).expanduser() / cache_subdir)
    digest = file_hash or md5_hash
    if force_download or not path.exists() or not (digest is None or has_digest(path, digest)):
        download([origin], path, digest=digest)
    return str(path)


def _cached_path(fname: str | None, origin: str, folder: Path) -> Path:
    name = fname or Path(unquote(urlsplit(origin).path)).name
    path = (folder / name).resolve()
    if path == folder.resolve() or not path.is_relative_to(folder.resolve()):
        raise ValueError(_name_message(name, folder))
    return folder / name


def _address_message(fname: str | None) -> str:
    return explain(
        "get_file needs an address",
        given=f"fname={fname!r}, and no origin",
        expected="origin, the address to download from",
        remedy=f"get_file({fname!r}, origin='https://...')",
    )


def _name_message(name: str, folder: Path) -> str:
    return explain(
        "get_file can't put a file of this name into the cache",
        given=f"fname={name!r}",
        expected=f"a name inside {folder}",
        remedy="get_file('data.npz', origin=...), with cache_dir=... for another folder",
    )

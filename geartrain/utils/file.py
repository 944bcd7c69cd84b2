"""Downloading: several addresses in turn, resumed, checked by digest, put in place at once."""

from __future__ import annotations

import hashlib
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from geartrain.errors import explain

CHUNK_BYTES = 1 << 18
TIMEOUT_SECONDS = 30


class DownloadFailed(OSError):
    """No address gave the file; the message says what each did."""


def get_file(
    urls: str | Sequence[str], path: Path, *, sha256: str | None = None, progress: bool = True
) -> Path:
    """Download a file, unless it is there already.

    What is received goes to `path` with `.part` after it. A connection that breaks is taken up
    where it broke, by the next address or the next call. Only a whole file whose SHA-256 is right
    gets the name `path`.

    Args:
        urls: the address, or several, of which each is tried once.
        path: where the file goes.
        sha256: its digest in hexadecimal; None trusts what comes.
        progress: whether to show a bar on a terminal.

    Raises:
        DownloadFailed: none of the addresses gave the file.
    """
    if path.exists() and (sha256 is None or digest(path) == sha256):
        return path
    addresses = [urls] if isinstance(urls, str) else list(urls)
    path.parent.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []
    for url in addresses:
        try:
            _fetch(url, path, sha256, progress)
        except (OSError, ValueError) as error:
            failures.append(f"{url}: {getattr(error, 'reason', error)}")
        else:
            return path
    raise DownloadFailed(_failure_message(path, failures))


def _fetch(url: str, path: Path, sha256: str | None, progress: bool) -> None:
    part = path.with_name(path.name + ".part")
    _receive(url, part, path.name, progress)
    if sha256 is not None and digest(part) != sha256:
        part.unlink()  # resuming on wrong bytes would never end well
        raise ValueError(f"its SHA-256 is not {sha256[:16]}...")
    part.replace(path)


def _receive(url: str, part: Path, name: str, progress: bool) -> None:
    """Append to the part what it lacks; urllib verifies TLS certificates by default."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "geartrain"})  # noqa: S310
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        if have and error.code == 416:  # there is nothing after what we have
            return
        raise
    with response:
        resumed = response.status == 206
        total = int(response.headers.get("Content-Length") or 0) + (have if resumed else 0)
        bar = _bar(name, total) if progress and sys.stderr.isatty() else None
        with part.open("ab" if resumed else "wb") as file:
            while chunk := response.read(CHUNK_BYTES):
                file.write(chunk)
                if bar:
                    bar(file.tell())
            received = file.tell()
    if total and received < total:
        raise OSError(f"the connection ended after {received:,} of {total:,} bytes")


def _bar(name: str, total: int) -> Callable[[int], None]:
    def show(received: int) -> None:
        share = f"{received / total:.0%}" if total else f"{received:,} bytes"
        sys.stderr.write(f"\r{name}: {share}" + ("\n" if received == total else ""))
        sys.stderr.flush()

    return show


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _failure_message(path: Path, failures: Sequence[str]) -> str:
    return explain(
        f"{path.name} could not be downloaded",
        given="; ".join(failures),
        expected="one address that gives the file, through a working connection",
        remedy=f"put the file at {path} by hand, or set https_proxy if there is a proxy",
    )

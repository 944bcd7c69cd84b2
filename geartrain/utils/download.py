"""Downloading: several addresses in turn, resumed, checked by digest, put in place at once.

    download(["https://one.example/x.npz", "https://two.example/x.npz"], path, digest="731c5a...")

What arrives is written to `path` with `.part` after it. Where there is a digest to check the
whole by, a connection that broke is taken up where it broke, by the next address or the next
call. Only a whole file with the right digest gets the name `path`, in one step.
"""

from __future__ import annotations

import hashlib
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any

from geartrain.errors import explain

CHUNK_BYTES = 1 << 18
TIMEOUT_SECONDS = 30
REDRAW_SECONDS = 0.1
BAR_WIDTH = 30
ALGORITHMS = {32: "md5", 64: "sha256"}  # by the number of hexadecimal digits

Show = Callable[[int, int], None]  # of the bytes received, and of all; 0 where that is not known


class DownloadFailed(OSError):
    """No address gave the file; `attempts` says what each of them did."""

    def __init__(self, message: str, attempts: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.attempts = attempts


class WrongDigest(ValueError):
    """An address gave another file than the one that was asked for."""


class CorruptedDownload(DownloadFailed, ValueError):
    """What the last address gave has another digest."""


def download(
    addresses: Sequence[str],
    path: Path,
    *,
    digest: str | None = None,
    progress: bool = True,
    algorithm: str = "auto",
) -> None:
    """Put a file at `path`, from the first address that gives it; what lies there is replaced.

    TLS certificates are verified; the proxies of the environment (`https_proxy`) are used. Of
    several processes that want one file, one downloads it and the others wait.

    Args:
        addresses: each is tried once.
        path: where the file goes; its folder is made if there is none.
        digest: the SHA-256 or MD5 of the file in hexadecimal; None trusts what comes.
        progress: whether to show a bar, if standard error is a terminal.
        algorithm: of the digest; "auto" goes by its length.

    Raises:
        DownloadFailed: none of the addresses gave the file.
        ValueError: the digest is none; or (`CorruptedDownload`) what came has another one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        if digest is not None and has_digest(path, digest, algorithm):
            return  # another process was quicker
        _from_first(addresses, path, digest, progress)


def has_digest(path: Path, digest: str, algorithm: str = "auto") -> bool:
    """Whether there is a file at `path` with this SHA-256 or MD5.

    Raises:
        ValueError: `digest` is neither, or not of the algorithm.
    """
    known = ALGORITHMS.get(len(digest))
    if known is None or algorithm not in ("auto", known):
        raise ValueError(_digest_message(digest, algorithm))
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, known).hexdigest() == digest.lower()


def _from_first(addresses: Sequence[str], path: Path, digest: str | None, progress: bool) -> None:
    part = path.with_name(path.name + ".part")
    attempts = []
    failure = DownloadFailed
    for address in addresses:
        try:
            with _bar(path.name, progress) as show:
                _fetch(address, part, digest, show)
        except (OSError, ValueError, HTTPException) as error:
            attempts.append(f"{address}: {_reason(error)}")
            failure = CorruptedDownload if isinstance(error, WrongDigest) else DownloadFailed
        else:
            part.replace(path)
            return
    raise failure(_failure_message(path, attempts), tuple(attempts))


def _fetch(address: str, part: Path, digest: str | None, show: Show) -> None:
    """Make `part` the whole file.

    Raises:
        OSError, HTTPException: the connection failed; `part` may have the beginning.
        WrongDigest: the file is another one; there is no `part` then.
    """
    if digest is None:
        part.unlink(missing_ok=True)  # nothing could tell whether two halves belong together
    resumed = _receive(address, part, show)
    if digest is None or has_digest(part, digest):
        return
    part.unlink()
    if not resumed:
        raise WrongDigest(f"it gave a file whose digest is not {digest}")
    _fetch(address, part, digest, show)  # the bytes that lay there were not of this file


def _receive(address: str, part: Path, show: Show) -> bool:
    """Append to `part` what it lacks; tells whether what lay there was kept."""
    have = part.stat().st_size if part.exists() else 0
    try:
        response = _open(address, have)
    except urllib.error.HTTPError as error:
        error.close()
        if have and error.code == 416:  # there is nothing after what we have
            return True
        raise
    with response:
        kept = have if _continues(response, have) else 0
        with part.open("ab" if kept else "wb") as file:
            _copy(response, file, kept, show)
    return bool(kept)


def _open(address: str, have: int) -> Any:
    headers = {"User-Agent": "geartrain"} | ({"Range": f"bytes={have}-"} if have else {})
    request = urllib.request.Request(address, headers=headers)  # noqa: S310
    return urllib.request.build_opener(_NoDowngrade).open(request, timeout=TIMEOUT_SECONDS)


def _continues(response: Any, have: int) -> bool:
    """Whether the response begins where our bytes end; a server may send all of it instead."""
    range_given = response.headers.get("Content-Range", "")
    if response.status == 206 and not range_given.startswith(f"bytes {have}-"):
        raise OSError(f"it was asked for what follows byte {have:,}, and sent {range_given!r}")
    return bool(response.status == 206)


def _copy(response: Any, file: IO[bytes], kept: int, show: Show) -> None:
    length = response.headers.get("Content-Length")
    total = int(length) + kept if length else 0
    received = kept
    while chunk := response.read(CHUNK_BYTES):
        file.write(chunk)
        received += len(chunk)
        show(received, total)
    if received < total:
        raise OSError(f"the connection ended after {received:,} of {total:,} bytes")


class _NoDowngrade(urllib.request.HTTPRedirectHandler):
    """Follows redirections, but never from https to an address that is not."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.lower().startswith("https:"):
            raise OSError(f"it redirects to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes from downloading to `path`, where the system has such locks."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.with_name(f".{path.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _bar(name: str, wanted: bool) -> Iterator[Show]:
    """A bar of the bytes received, on a terminal."""
    if not wanted or not sys.stderr.isatty():
        yield _show_nothing
        return
    redrawn_at = 0.0

    def show(received: int, total: int) -> None:
        nonlocal redrawn_at
        if received == total or time.monotonic() - redrawn_at >= REDRAW_SECONDS:
            redrawn_at = time.monotonic()
            print(f"\r{name} {bar_text(received, total)}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if redrawn_at:
            print(file=sys.stderr)


def _show_nothing(_received: int, _total: int) -> None:
    pass


def bar_text(received: int, total: int) -> str:
    """How far a download is; `total` is 0 where the server does not say.

    >>> bar_text(3_000_000, 12_000_000), bar_text(3_000_000, 0)
    ('[=======>......................] 3.0/12.0 MB', '3.0 MB')
    """
    if not total:
        return f"{received / 1e6:.1f} MB"
    filled = BAR_WIDTH * received // total
    bar = ("=" * filled + ">" * (received < total)).ljust(BAR_WIDTH, ".")
    return f"[{bar}] {received / 1e6:.1f}/{total / 1e6:.1f} MB"


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.URLError) and not isinstance(error, urllib.error.HTTPError):
        return str(error.reason)
    return str(error) or type(error).__name__


def _failure_message(path: Path, attempts: Sequence[str]) -> str:
    return explain(
        f"{path.name} could not be downloaded",
        given=f"URL fetch failure on {'; '.join(attempts)}" if attempts else "no address",
        expected="one address that gives the file, through a working connection",
        remedy=f"put the file at {path} by hand, or set https_proxy if there is a proxy",
    )


def _digest_message(digest: str, algorithm: str) -> str:
    return explain(
        "This is no digest of a file: Incomplete or corrupted file detected, or a wrong hash",
        given=f"{digest!r}, of {len(digest)} characters, hash_algorithm={algorithm!r}",
        expected="a SHA-256 (64 hexadecimal digits) or an MD5 (32)",
        remedy="leave it out, or take the output of: sha256sum FILE",
    )

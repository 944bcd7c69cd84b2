"""Machine code on disk, so that the second process starts where the first one had got to.

    cache = CodeCache(Path("~/.geartrain/code").expanduser())
    cache.write(key, payload)
    cache.read(key)                    # the payload, or None

One file per key. A file is a header (magic, format, key, length and SHA-256 of the payload) and
the payload; whatever does not match it, truncated or corrupt or of another key, counts as absent.
Files appear complete or not at all (written to a temporary name, then renamed), so two processes
may share the folder. Since machine code is read from it, the folder must be the user's own and
nobody else may be able to write to it: else it is not used, and a warning says so once.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import time
import warnings
from pathlib import Path

FORMAT = 2
LIMIT_BYTES = 256 * 1024 * 1024
BLOCK_BYTES = 4096  # what the smallest file takes on a disk

_MAGIC = b"GEARCODE"
_HEADER = struct.Struct("<8sI32sQ32s")  # magic, format, key, payload's length and SHA-256
_SUFFIX = ".code"
_ABANDONED_AFTER_S = 3600.0
_SWEEP_EVERY = 64  # writes of a process: what others write meanwhile is not seen before
_ROOM_LEFT = 1 / 8  # of the limit after a sweep that deletes, so that the next writes need none
_warned: set[Path] = set()
_unswept: dict[Path, tuple[int, int]] = {}  # writes left until a sweep, bytes in the folder


def key_of(*parts: str) -> bytes:
    """The SHA-256 of some texts, each with its length, so that no two lists share a key."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(f"{len(encoded)}:".encode() + encoded)
    return digest.digest()


class CodeCache:
    """A folder of payloads by key, of a bounded size; what was not used for longest goes first."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes

    def read(self, key: bytes) -> bytes | None:
        """The payload of a key, or None where there is none that is whole."""
        path = self._path(key)
        if not self._usable():
            return None
        try:
            content = path.read_bytes()
            os.utime(path)  # the time of last use, by which `_evict` chooses
        except OSError:
            return None
        return _unpack(key, content)

    def write(self, key: bytes, payload: bytes) -> None:
        """Keep a payload; where that can't be done, a warning says so once."""
        if not self._usable():
            return
        try:
            content = _pack(key, payload)
            self._replace(self._path(key), content)
            self._bound(_on_disk(len(content)))
        except OSError as error:
            self._refuse(str(error))

    def entries(self) -> list[tuple[Path, int]]:
        """Every file of the cache and its bytes on disk, the least recently used first."""
        found = []
        try:
            with os.scandir(self.folder) as listing:
                names = [each for each in listing if each.name.endswith(_SUFFIX)]
        except OSError:
            return []  # no folder yet
        for each in names:
            try:
                status = each.stat()
            except OSError:
                continue  # another process took it away
            found.append((status.st_mtime_ns, Path(each.path), _on_disk(status.st_size)))
        return [(path, size_bytes) for _, path, size_bytes in sorted(found)]

    def _path(self, key: bytes) -> Path:
        return self.folder / (key.hex() + _SUFFIX)

    def _usable(self) -> bool:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_owner(self.folder)
        except OSError as error:
            self._refuse(str(error))
            return False
        return True

    def _refuse(self, reason: str) -> None:
        if self.folder in _warned:
            return
        _warned.add(self.folder)
        warnings.warn(
            f"Machine code isn't kept in {self.folder}: {reason}. Code is compiled anew in each "
            "process; set GEARTRAIN_CODE_CACHE to a folder of your own, or to off.",
            RuntimeWarning,
            stacklevel=4,
        )

    def _replace(self, path: Path, content: bytes) -> None:
        import tempfile  # slow to load, and only those need it who write

        handle, temporary = tempfile.mkstemp(suffix=".tmp", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink()
            raise

    def _bound(self, written_bytes: int) -> None:
        """Look through the folder if it may have grown too big: not after every write."""
        left, size_bytes = _unswept.get(self.folder, (0, 0))
        size_bytes += written_bytes
        if left <= 0 or size_bytes > self.limit_bytes:
            left, size_bytes = _SWEEP_EVERY, self._evict()
        _unswept[self.folder] = left - 1, size_bytes

    def _evict(self) -> int:
        """Where there is too much, delete what was not used for longest; what remains, in bytes."""
        entries = self.entries()
        total = sum(size_bytes for _, size_bytes in entries)
        wanted = self.limit_bytes * (1 - _ROOM_LEFT) if total > self.limit_bytes else total
        for path, size_bytes in entries:
            if total <= wanted:
                break
            path.unlink(missing_ok=True)
            total -= size_bytes
        for path in self.folder.glob("*.tmp"):
            _remove_abandoned(path)
        return total


def _on_disk(size_bytes: int) -> int:
    return -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES


def _pack(key: bytes, payload: bytes) -> bytes:
    digest = hashlib.sha256(payload).digest()
    return _HEADER.pack(_MAGIC, FORMAT, key, len(payload), digest) + payload


def _unpack(key: bytes, content: bytes) -> bytes | None:
    payload = content[_HEADER.size :]
    return payload if content == _pack(key, payload) else None


def _check_owner(folder: Path) -> None:
    """Raise PermissionError where somebody else could put machine code into the folder."""
    if os.name != "posix":
        return  # a home folder on Windows is the user's own
    status = folder.stat()
    if status.st_uid != os.geteuid():
        raise PermissionError("the folder belongs to another user")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError("other users may write to the folder (chmod 700 it)")


def _remove_abandoned(path: Path) -> None:
    """Delete what a process left that ended while writing."""
    try:
        if time.time() - path.stat().st_mtime > _ABANDONED_AFTER_S:
            path.unlink()
    except OSError:
        pass  # another process was quicker

"""The folder of machine code: who may own it, how big it grows, what it does without one."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from geartrain.runtime.code_cache import CodeCache, key_of


def key(number: int) -> bytes:
    return key_of(str(number))


def test_what_is_written_is_read(code_folder: Path) -> None:
    cache = CodeCache(code_folder)
    assert cache.read(key(1)) is None
    cache.write(key(1), b"one")
    cache.write(key(2), b"")
    assert cache.read(key(1)) == b"one"
    assert cache.read(key(2)) == b""
    assert code_folder.stat().st_mode & 0o777 == 0o700


def test_no_two_lists_of_texts_share_a_key() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of("ab") != key_of("ab", "")


def test_the_least_recently_used_goes_first(code_folder: Path) -> None:
    cache = CodeCache(code_folder, limit_bytes=5000)
    for number in range(4):
        cache.write(key(number), bytes(1000))
        path = code_folder / f"{key(number).hex()}.code"
        os.utime(path, (number, number))
    assert cache.read(key(0)) is not None  # now the most recently used
    cache.write(key(4), bytes(1000))
    present = [number for number in range(5) if cache.read(key(number)) is not None]
    assert present == [0, 2, 3, 4]
    assert sum(size for _, size in cache.entries()) <= 5000


def test_what_a_crashed_process_left_is_removed(code_folder: Path) -> None:
    cache = CodeCache(code_folder)
    cache.write(key(1), b"one")
    old, fresh = code_folder / "old.tmp", code_folder / "fresh.tmp"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (0, 0))
    cache.write(key(2), b"two")
    assert not old.exists()
    assert fresh.exists()


def assert_unused_and_said_once(folder: Path, reason: str) -> None:
    cache = CodeCache(folder)
    with pytest.warns(RuntimeWarning, match=reason):
        cache.write(key(1), b"one")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cache.write(key(2), b"two")
        assert cache.read(key(1)) is None


def test_a_folder_that_others_may_write_to_is_not_used(code_folder: Path) -> None:
    code_folder.mkdir()
    code_folder.chmod(0o777)
    assert_unused_and_said_once(code_folder, "other users may write")
    assert list(code_folder.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners are POSIX's")
def test_a_folder_of_somebody_else_is_not_used(
    code_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_folder.mkdir(mode=0o700)
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    assert_unused_and_said_once(code_folder, "belongs to another user")


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_unused_and_said_once(tmp_path / "file" / "code", "Not a directory|cannot find")


def test_a_disk_that_is_full_is_done_without(
    code_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert_unused_and_said_once(code_folder, "No space left")
    assert list(code_folder.iterdir()) == []

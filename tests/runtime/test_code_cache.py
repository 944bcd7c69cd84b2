"""The folder of machine code: who may own it, how big it grows, what it does without one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from geartrain.runtime.code_cache import BLOCK_BYTES, CodeCache, key_of


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
    cache = CodeCache(code_folder, limit_bytes=16 * BLOCK_BYTES)
    for number in range(16):
        cache.write(key(number), bytes(1000))
        path = code_folder / f"{key(number).hex()}.code"
        os.utime(path, (number, number))
    assert cache.read(key(0)) is not None  # now the most recently used
    cache.write(key(16), bytes(1000))
    present = [number for number in range(17) if cache.read(key(number)) is not None]
    assert present == [0, *range(4, 17)]  # an eighth is free again
    assert sum(size for _, size in cache.entries()) == 14 * BLOCK_BYTES


def test_what_a_crashed_process_left_is_removed(code_folder: Path) -> None:
    cache = CodeCache(code_folder)
    code_folder.mkdir(mode=0o700)
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


def test_the_folder_is_not_looked_through_after_every_write(
    code_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeps = []
    monkeypatch.setattr(CodeCache, "entries", lambda self: sweeps.append(1) or [])
    for number in range(200):
        CodeCache(code_folder).write(key(number), b"x")
    assert len(sweeps) == 4


def test_a_full_folder_is_not_looked_through_at_every_write(
    code_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeps = []
    entries = CodeCache.entries
    monkeypatch.setattr(CodeCache, "entries", lambda self: sweeps.append(1) or entries(self))
    cache = CodeCache(code_folder, limit_bytes=32 * BLOCK_BYTES)
    for number in range(64):
        cache.write(key(number), b"x")
    assert len(sweeps) <= 1 + 32 // 4


MANY = """
import sys, random
from pathlib import Path
from geartrain.runtime.code_cache import BLOCK_BYTES, CodeCache, key_of
folder, seed = Path(sys.argv[1]), int(sys.argv[2])
random.seed(seed)
cache = CodeCache(folder, limit_bytes=100 * BLOCK_BYTES)
found = 0
for turn in range(400):
    number = random.randrange(400)
    payload = str(number).encode() * 1500
    kept = cache.read(key_of(str(number)))
    assert kept in (None, payload), (number, kept[:20])
    found += kept is not None
    if kept is None:
        cache.write(key_of(str(number)), payload)
print(found)
"""


def test_processes_that_write_read_and_delete_at_once(code_folder: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", MANY, str(code_folder), str(seed)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(4)
    ]
    for each in processes:
        out, err = each.communicate()
        assert err == ""
        assert int(out) > 5
    left = CodeCache(code_folder).entries()
    assert 50 < len(left) <= 100 + 4 * 64  # each looks after 64 writes of its own
    assert {path.suffix for path in code_folder.iterdir()} == {".code"}


WRITE = """
import os, sys, tempfile, warnings  # all that another user may not be able to read
from pathlib import Path
from geartrain.runtime.code_cache import CodeCache, key_of
{before}
warnings.simplefilter("always")
cache = CodeCache(Path(sys.argv[1]))
with warnings.catch_warnings(record=True) as caught:
    for number in range(3):
        cache.write(key_of(str(number)), bytes(100_000))
    print(cache.read(key_of("0")) is not None, cache.read(key_of("kept")))
print(len(caught), str(caught[0].message) if caught else "")
"""


def run_as(before: str, folder: Path) -> list[str]:
    command = [sys.executable, "-c", WRITE.format(before=before), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    found = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return found.stdout.splitlines()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits are POSIX's")
def test_a_file_that_may_not_grow_is_done_without(code_folder: Path) -> None:
    CodeCache(code_folder).write(key_of("kept"), b"before")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))"
    printed = run_as(limit, code_folder)
    assert printed[0] == "False b'before'"
    assert printed[1].startswith("1 ")
    assert "File too large" in printed[1]
    assert len(list(code_folder.iterdir())) == 1


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may become another user"
)
NOBODY = "os.setgid(65534); os.setuid(65534)"


@needs_root
def test_a_folder_that_is_another_users_really(shared_folder: Path) -> None:
    CodeCache(shared_folder).write(key_of("kept"), b"before")
    shared_folder.chmod(0o755)
    printed = run_as(NOBODY, shared_folder)
    assert printed[0] == "False None"
    assert "belongs to another user" in printed[1]


@needs_root
def test_a_folder_that_can_only_be_read_still_serves(shared_folder: Path) -> None:
    CodeCache(shared_folder).write(key_of("kept"), b"before")
    for path in (*shared_folder.iterdir(), shared_folder):
        os.chown(path, 65534, 65534)
    shared_folder.chmod(0o500)
    printed = run_as(NOBODY, shared_folder)
    assert printed[0] == "False b'before'"
    assert "Permission denied" in printed[1]


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that other users can reach, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Path(name) / "code"
        yield folder
        if folder.exists():
            folder.chmod(0o700)

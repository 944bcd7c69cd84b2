"""get_file: into the cache once, as Keras's."""

import hashlib
import tarfile
import zipfile
from pathlib import Path

import pytest

from geartrain.utils import get_file


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GEARTRAIN_HOME", str(tmp_path))
    return tmp_path


def test_the_file_is_kept_in_the_cache_by_its_address_name(server, home):
    for _ in range(2):
        path = get_file(origin=f"{server.url}/whole?version=2")
        assert path == str(home / "datasets" / "whole")
    assert Path(path).read_bytes() == server.content
    assert len(server.asked) == 1


def test_name_and_folder_can_be_chosen(server, tmp_path):
    path = get_file("a.bin", f"{server.url}/whole", cache_subdir="x", cache_dir=tmp_path / "y")
    assert path == str(tmp_path / "y" / "x" / "a.bin")
    assert Path(path).read_bytes() == server.content


@pytest.mark.parametrize("name", ["file_hash", "md5_hash"])
def test_a_file_without_the_digest_is_downloaded_anew(server, home, name):
    path = home / "datasets" / "a.bin"
    path.parent.mkdir()
    path.write_bytes(b"damaged")
    algorithm = "md5" if name == "md5_hash" else "sha256"
    digest = hashlib.new(algorithm, server.content).hexdigest()
    get_file("a.bin", f"{server.url}/whole", **{name: digest})
    assert path.read_bytes() == server.content


def test_a_download_can_be_forced(server, home):
    path = home / "datasets" / "a.bin"
    path.parent.mkdir()
    path.write_bytes(b"old")
    get_file("a.bin", f"{server.url}/whole")
    assert path.read_bytes() == b"old"
    get_file("a.bin", f"{server.url}/whole", force_download=True)
    assert path.read_bytes() == server.content


@pytest.mark.parametrize("name", ["../a.bin", "/etc/a.bin", "."])
def test_a_name_that_leads_out_of_the_cache_is_refused(server, home, name):
    with pytest.raises(ValueError, match="fname="):
        get_file(name, f"{server.url}/whole")
    assert not server.asked


def test_without_an_address_there_is_nothing_to_get():
    with pytest.raises(ValueError, match="needs an address"):
        get_file("a.bin")
    with pytest.raises(ValueError, match="Can't parse the file name"):
        get_file(origin="file:///a/folder/")


def packed(folder, name, members):
    """The address of an archive with these texts."""
    path = folder / name
    for member in members:
        (folder / "member").write_text(members[member])
        if name.endswith("zip"):
            with zipfile.ZipFile(path, "a") as archive:
                archive.write(folder / "member", member)
        else:
            with tarfile.open(path, "a") as archive:
                archive.add(folder / "member", member)
    return path.as_uri()


@pytest.mark.parametrize("name", ["words.zip", "words.tar"])
@pytest.mark.parametrize("fname", [None, "given", "given.zip", "given.v2"])
def test_archives_are_unpacked_into_a_folder(tmp_path, home, name, fname):
    origin = packed(tmp_path, name, {"a.txt": "one", "b/c.txt": "two"})
    folder = Path(get_file(fname, origin, extract=True))
    wanted = {None: name, "given": "given", "given.zip": "given_extracted"}
    wanted = wanted.get(fname, "given_extracted")
    assert folder == home / "datasets" / wanted
    assert (folder / "b" / "c.txt").read_text() == "two"
    (folder / "a.txt").write_text("changed")
    assert get_file(fname, origin, extract=True) == str(folder)
    assert (folder / "a.txt").read_text() == "changed"  # it was there
    get_file(fname, origin, extract=True, force_download=True)
    assert (folder / "a.txt").read_text() == "one"


@pytest.mark.parametrize("name", ["words.zip", "words.tar"])
def test_nothing_is_unpacked_outside_of_the_folder(tmp_path, home, name):
    origin = packed(tmp_path, name, {"../evil.txt": "x", "a.txt": "one"})
    with pytest.warns(UserWarning, match="invalid path"):
        folder = Path(get_file("words", origin, extract=True))
    assert [each.name for each in folder.rglob("*")] == ["a.txt"]
    assert not list(home.rglob("evil.txt"))


def test_what_is_no_archive_of_the_format_is_said(tmp_path, home):
    origin = packed(tmp_path, "words.zip", {"a.txt": "one"})
    with pytest.warns(UserWarning, match="Could not extract"):
        get_file("words", origin, untar=True)
    with pytest.raises(NotImplementedError, match="archive_format='7z'"):
        get_file("words", origin, extract=True, archive_format="7z")


def test_another_digest_is_a_value_error(server, home):
    with pytest.raises(ValueError, match="digest"):
        get_file("a.bin", f"{server.url}/whole", file_hash="0" * 64)
    with pytest.raises(ValueError, match="hash_algorithm='md5'"):
        get_file("a.bin", f"{server.url}/whole", file_hash="0" * 64, hash_algorithm="md5")


def test_what_keras_has_downloaded_is_taken(server, home, monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "keras/datasets").mkdir(parents=True)
    (tmp_path / "keras/datasets/whole").write_text("from Keras")
    assert Path(get_file(origin=f"{server.url}/whole")).read_text() == "from Keras"
    assert not server.asked

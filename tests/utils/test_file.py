"""get_file: into the cache once, as Keras's."""

import hashlib
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

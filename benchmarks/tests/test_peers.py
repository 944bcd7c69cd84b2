"""Building environments: only what is not there, and an interrupted build again."""

import sys

import peers
import pytest


@pytest.fixture
def built(monkeypatch, tmp_path):
    """The names that were built, in a folder of the test's own."""
    names = []

    def build(_python, environment, _requirements):
        environment.mkdir(parents=True, exist_ok=True)
        names.append(environment.name)
        return True

    monkeypatch.setattr(peers, "PEERS", tmp_path)
    monkeypatch.setattr(peers, "_build", build)
    return names


def test_what_stands_is_not_built_again(built):
    assert peers._ensure("numpy")
    assert peers._ensure("numpy")
    assert built == ["numpy"]


def test_a_build_without_its_stamp_or_with_other_pins_is_built_again(built, monkeypatch, tmp_path):
    peers._ensure("numpy")
    (tmp_path / "numpy" / peers.STAMP).unlink()
    peers._ensure("numpy")
    monkeypatch.setitem(peers.REQUIREMENTS, "numpy", ("numpy==1.0",))
    peers._ensure("numpy")
    assert built == ["numpy"] * 3


def test_a_link_is_left_alone(built, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "numpy").symlink_to(tmp_path / "elsewhere")
    assert peers._ensure("numpy")
    assert built == []


@pytest.mark.usefixtures("built")
def test_a_failed_build_is_told_and_leaves_no_stamp(monkeypatch, tmp_path):
    monkeypatch.setattr(peers, "_build", lambda *_: False)
    monkeypatch.setattr(sys, "argv", ["peers.py", "numpy"])
    assert peers.main() == 1
    assert not (tmp_path / "numpy" / peers.STAMP).exists()


def test_a_peer_without_wheels_takes_an_earlier_python_or_is_left_out(built, monkeypatch):
    monkeypatch.setitem(peers.NEWEST_PYTHON, "numpy", 10)
    monkeypatch.setattr(peers, "OLDEST_PYTHON", 9)
    monkeypatch.setattr(peers.shutil, "which", {"python3.9": "/usr/bin/python3.9"}.get)
    assert peers._python("numpy") == "/usr/bin/python3.9"
    monkeypatch.setattr(peers.shutil, "which", lambda _: None)
    assert peers._ensure("numpy")
    assert built == []

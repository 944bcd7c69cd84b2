"""The registry of environment variables: defaults, values, complaints, and its table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from geartrain.settings import REGISTRY, Settings, settings, settings_table, validate


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in REGISTRY:
        monkeypatch.delenv(setting.name, raising=False)


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert settings.datasets is None
    assert settings.home == Path("/home/ada/.geartrain")
    assert settings.code_cache == Path("/home/ada/.geartrain/code")
    assert settings.threads is None
    assert settings.debug == 0


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(self: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", no_home)
    assert settings.home.name.startswith("geartrain-")


def test_values_are_read_at_each_access(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GEARTRAIN_DATASETS", "GEARTRAIN_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert settings.datasets == settings.home == tmp_path
    assert settings.code_cache == tmp_path / "code"
    monkeypatch.setenv("GEARTRAIN_THREADS", " 3 ")
    assert settings.threads == 3
    monkeypatch.setenv("GEARTRAIN_THREADS", "4")
    assert settings.threads == 4


def test_off_switches_the_code_cache_off(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("off", "OFF"):
        monkeypatch.setenv("GEARTRAIN_CODE_CACHE", text)
        assert settings.code_cache is None


def test_relative_folders_are_made_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEARTRAIN_DATASETS", "data")
    assert settings.datasets == Path.cwd() / "data"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("GEARTRAIN_THREADS", "0"),
        ("GEARTRAIN_THREADS", "1025"),
        ("GEARTRAIN_THREADS", "two"),
        ("GEARTRAIN_DEBUG", "7"),
        ("GEARTRAIN_DEBUG", "-1"),
        ("GEARTRAIN_HOME", __file__),
        ("GEARTRAIN_CODE_CACHE", __file__),
    ],
)
def test_a_wrong_value_is_named(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(ValueError) as failure:
        validate()
    assert name in str(failure.value)
    assert repr(text) in str(failure.value)
    assert f"export {name}=" in str(failure.value)


def test_the_complaint_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEARTRAIN_DEBUG", "loud")
    with pytest.raises(ValueError) as failure:
        _ = settings.debug
    assert str(failure.value) == (
        "The environment variable GEARTRAIN_DEBUG can't be used.\n"
        "  given:    'loud'\n"
        "  expected: an integer from 0 to 6 (default: `0`)\n"
        "  remedy:   export GEARTRAIN_DEBUG=3"
    )


def test_every_attribute_is_in_the_registry_and_in_the_table() -> None:
    attributes = [value for name, value in vars(Settings).items() if not name.startswith("_")]
    assert attributes == list(REGISTRY)
    table = settings_table().splitlines()
    assert len(table) == 2 + len(REGISTRY)
    for line, setting in zip(table[2:], REGISTRY, strict=True):
        assert line.startswith(f"| `{setting.name}` |")
        assert line.count("|") == 5


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, geartrain.settings; print({'numpy', 'llvmlite', 'ctypes'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout.strip() == "set()", printed.stderr

"""Machine code is kept in a folder of the test's own, and a test that hangs is ended."""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HANGING_AFTER_S = 120.0


@pytest.fixture(autouse=True)
def ended_when_hanging() -> Iterator[None]:
    """A lost wake-up hangs in compiled code, where no Python exception can reach it."""
    faulthandler.dump_traceback_later(HANGING_AFTER_S, exit=True, file=sys.__stderr__)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def code_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "code"
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", str(folder))
    return folder

"""The report on the machine is whole, plain data, and laid out readably."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geartrain.explain.doctor import render, report
from geartrain.runtime import set_num_threads


@pytest.fixture
def code_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", str(tmp_path / "code"))
    return tmp_path / "code"


def test_the_report_is_whole_and_can_be_written_as_json(code_folder: Path) -> None:
    set_num_threads(2)
    try:
        found = json.loads(json.dumps(report()))
    finally:
        set_num_threads(None)
    assert list(found) == ["processor", "reached", "code cache", "versions"]
    reached = found["reached"]
    assert reached["threads"] == 2
    for name in ("peak_gflops_1_thread", "peak_gflops_2_threads"):
        assert reached[name] > 0.5
    for name in ("dispatch_us_1_thread", "dispatch_us_2_threads", "barrier_ns_2_threads"):
        assert reached[name] > 0
    assert found["code cache"]["folder"] == str(code_folder)
    assert found["versions"]["llvmlite"] != "not installed"


def test_one_thread_has_no_barrier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")
    monkeypatch.setenv("GEARTRAIN_THREADS", "1")
    found = report()
    assert not [name for name in found["reached"] if "barrier" in name]
    assert found["code cache"] == {"folder": "off"}


def test_the_report_is_laid_out_in_lines() -> None:
    text = render(
        {
            "processor": {"name": "znver4", "l1_bytes": 32768, "fused_multiply_add": True},
            "code cache": {"size_bytes": 1_500_000, "entries": 1},
        }
    )
    assert text == (
        "processor\n"
        "  name                znver4\n"
        "  l1_bytes            32 KiB\n"
        "  fused_multiply_add  yes\n"
        "code cache\n"
        "  size_bytes          1.43 MiB\n"
        "  entries             1"
    )

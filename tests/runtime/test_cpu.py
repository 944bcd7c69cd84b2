"""What is read off the machine: vector unit, caches, cores."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from geartrain.runtime.cpu import (
    cgroup_quota,
    host_cpu,
    read_caches,
    usable_cores,
    vector_unit,
    with_dots,
)
from geartrain.runtime.hwcap import features_in


def test_the_host_is_described() -> None:
    cpu = host_cpu()
    assert cpu.vector_bits in (128, 256, 512)
    assert cpu.vector_registers in (16, 32)
    assert 0 < cpu.l1_bytes < cpu.l2_bytes
    assert 1 <= cpu.cores <= (os.cpu_count() or 1)
    assert cpu.triple.startswith(cpu.architecture)
    assert host_cpu() is cpu


@pytest.mark.parametrize(
    ("triple", "features", "unit"),
    [
        ("x86_64-linux", {"+avx512f", "+avx512vl", "+avx512dq", "+avx2", "+fma"}, (512, 32, True)),
        ("x86_64-linux", {"+avx2", "+fma", "-avx512f"}, (256, 16, True)),
        ("x86_64-linux", {"+avx2", "-fma"}, (128, 16, False)),
        ("x86_64-linux", {"+sse2"}, (128, 16, False)),
        ("aarch64-linux", {"+neon"}, (128, 32, True)),
        ("arm64-apple-darwin", set(), (128, 32, True)),
    ],
)
def test_the_vector_unit(triple: str, features: set[str], unit: tuple[int, int, bool]) -> None:
    assert vector_unit(triple, frozenset(features)) == unit


def test_caches_are_read_and_instructions_left_out(tmp_path: Path) -> None:
    described = [("Data", 1, "48K"), ("Instruction", 1, "32K"), ("Unified", 2, "2M")]
    for number, (kind, level, size) in enumerate(described):
        folder = tmp_path / f"index{number}"
        folder.mkdir()
        for name, text in (("type", kind), ("level", str(level)), ("size", size)):
            (folder / name).write_text(text + "\n")
    (tmp_path / "index3").mkdir()  # a level that the system says nothing of
    assert read_caches(tmp_path) == {1: 48 * 1024, 2: 2 * 1024**2}
    assert read_caches(tmp_path / "nowhere") == {}


def write_quota(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cpu.max").write_text(text)


def test_the_smallest_quota_on_the_way_up_counts(tmp_path: Path) -> None:
    membership = tmp_path / "membership"
    membership.write_text("0::/a/b\n")
    write_quota(tmp_path, "max 100000\n")
    write_quota(tmp_path / "a", "150000 100000\n")
    write_quota(tmp_path / "a/b", "400000 100000\n")
    assert cgroup_quota(tmp_path, membership) == 1.5


def test_the_older_kind_of_cgroup(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("300000\n")
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000\n")
    assert cgroup_quota(tmp_path, tmp_path / "nowhere") == 3.0
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("-1\n")
    assert cgroup_quota(tmp_path, tmp_path / "nowhere") is None


def test_a_quota_is_rounded_up_and_bounds_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geartrain.runtime.cpu.cgroup_quota", lambda: 0.4)
    assert usable_cores() == 1
    monkeypatch.setattr("geartrain.runtime.cpu.cgroup_quota", lambda: 1e6)
    with_quota = usable_cores()
    monkeypatch.setattr("geartrain.runtime.cpu.cgroup_quota", lambda: None)
    assert with_quota == usable_cores()


def test_the_room_is_entered_without_llvm() -> None:
    code = (
        "import sys, geartrain.runtime as runtime; runtime.get_num_threads();"
        "print({'numpy', 'llvmlite'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout.strip() == "set()", printed.stderr


def test_linux_knows_an_arms_instructions_for_dots():
    assert features_in({16: 1 << 20, 26: 0}) == ("dotprod",)
    assert features_in({16: 0, 26: 1 << 13 | 1 << 14}) == ("i8mm", "bf16")


def test_what_linux_knows_is_added_for_an_arm_alone(monkeypatch):
    monkeypatch.setattr("geartrain.runtime.cpu.arm_features", lambda: ("dotprod", "bf16"))
    assert with_dots("aarch64-unknown-linux-gnu", "+neon,+bf16") == "+neon,+bf16,+dotprod"
    assert with_dots("aarch64-unknown-linux-gnu", "") == "+dotprod,+bf16"
    assert with_dots("x86_64-unknown-linux-gnu", "+avx") == "+avx"

"""Programs run on an emulated AArch64: NEON code, AArch64's own Python, NumPy and LLVM."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PREPARED = ROOT / "build/aarch64/root/usr/bin/python"

pytestmark = [
    pytest.mark.skipif(shutil.which("qemu-aarch64") is None, reason="no qemu-aarch64 (qemu-user)"),
    pytest.mark.skipif(
        not PREPARED.exists(),
        reason="no emulated AArch64: `python tools/run_on_aarch64.py -c pass` prepares one",
    ),
]


def emulated(*arguments, **environment):
    command = [sys.executable, str(ROOT / "tools/run_on_aarch64.py"), *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_it_is_an_aarch64_with_neon():
    text = emulated(
        "-c",
        "from geartrain.runtime import target_cpu as c; print(c().architecture, c().vector_bits)",
    )
    assert text.split() == ["aarch64", "128"]


def test_programs_give_the_eager_numbers_and_one_threads_bits():
    names = "dense_softmax or sgd_step or mean_and_variance or gather_dense or argmax"
    text = emulated(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/compiler/test_ports.py"),
        *("-k", f"programs_give and ({names})"),
    )
    assert " passed" in text


def test_training_gives_the_same_bits_for_any_number_of_threads():
    lines = {
        emulated(
            *("-m", "tests.numbers.programs"),
            FAMILIES="trainings",
            EVERY="6",
            GEARTRAIN_THREADS=each,
        )
        for each in ("1", "3")
    }
    assert len(lines) == 1
    assert lines.pop().count("\n") > 0

"""The commands, as a user starts them."""

import json
import os
import subprocess
import sys

import pytest


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "geartrain", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


@pytest.fixture
def needs_data():
    if not os.environ.get("GEARTRAIN_DATASETS"):
        pytest.skip("GEARTRAIN_DATASETS names no folder with MNIST")


def test_mnist_prints_what_the_book_prints(needs_data, tmp_path):
    done = run("mnist", "--epochs", "1", "--seed", "1", "--plot", str(tmp_path / "curves.svg"))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("469/469 [==============================] - ")
    assert "loss: 0." in lines[0]
    assert "accuracy: 0.9" in lines[0]
    accuracy = next(line for line in lines if line.startswith("test_acc: "))
    assert float(accuracy.split()[1]) > 0.94
    assert lines[-1] == "It reads: 7"
    assert any("█" in line for line in lines)
    assert "<polyline" in (tmp_path / "curves.svg").read_text()


def test_mnist_as_json_repeats_itself(needs_data):
    found = [
        json.loads(
            run("mnist", "--epochs", "1", "--seed", "5", "--threads", threads, "--json").stdout
        )
        for threads in ("1", "2")
    ]
    for each in found:
        each.pop("fit_seconds")
    assert found[0] == found[1]


def test_without_data_the_exit_code_is_three(tmp_path):
    done = run("mnist", GEARTRAIN_DATASETS=str(tmp_path))
    assert done.returncode == 3
    assert "MNIST is not where it should be" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistyped_setting_is_an_error_at_the_start():
    done = run("--version", GEARTRAIN_THREADS="many")
    assert done.returncode != 0
    assert "GEARTRAIN_THREADS can't be used" in done.stderr


def test_version():
    assert run("--version").stdout.startswith("geartrain 0.")

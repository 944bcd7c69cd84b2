"""The examples run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").rglob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_run(path, tmp_path):
    if wants_digits(path) and not os.environ.get("GEARTRAIN_DATASETS"):
        pytest.skip("GEARTRAIN_DATASETS names no folder with MNIST")
    done = subprocess.run(
        [sys.executable, "-W", "error", path, *(["--quick"] if takes_quick(path) else [])],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,  # pictures are saved where it is run
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if path.parent.name in ("tensors", "engine", "vision"):
        check_pictures(list(tmp_path.iterdir()), are_documented=not takes_quick(path))


def wants_digits(path):
    """Whether an example reads MNIST."""
    return "import mnist" in path.read_text(encoding="utf-8")


def takes_quick(path):
    """Whether an example that trains for long can do a few steps only."""
    return "--quick" in path.read_text(encoding="utf-8")


def check_pictures(pictures, are_documented):
    """They are valid SVG; those in the docs are these, but for what depends on the machine.

    That is pixels, as zlibs differ, and the last digits of what was computed.
    """
    assert pictures
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert ElementTree.fromstring(text).get("aria-label")
        documented = ROOT / "docs/pictures" / picture.name
        if are_documented and documented.exists() and "data:image/png" not in text:
            assert alike(documented.read_text(encoding="utf-8"), text), f"draw {documented} anew"


def alike(first, second):
    """Whether two texts are one but for numbers that differ by less than half a pixel."""
    numbers = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")
    pairs = zip(numbers.findall(first), numbers.findall(second), strict=False)
    return numbers.sub("0", first) == numbers.sub("0", second) and all(
        one == other or abs(float(one) - float(other)) < 0.5 for one, other in pairs
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_stand_in_the_index(path):
    index = (ROOT / "docs/examples.md").read_text(encoding="utf-8")
    assert f"(../{path.relative_to(ROOT).as_posix()})" in index


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_with_arguments_say_which(path):
    text = path.read_text(encoding="utf-8")
    if "sys.argv" in text and "__main__" not in text:
        assert 'if "--help" in sys.argv:\n    sys.exit(print(__doc__))\n' in text
        assert f"`python {path.name}" in text


def test_an_example_asked_for_help_does_nothing_else(tmp_path):
    path = ROOT / "examples/engine/chain_rule.py"
    done = subprocess.run(
        [sys.executable, path, "--help"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0
    assert "Run it as `python chain_rule.py" in done.stdout
    assert not list(tmp_path.iterdir())

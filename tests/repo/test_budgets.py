"""How the code reads, as far as it can be counted (STYLE: sizes and shape)."""

import ast
import statistics
from pathlib import Path

import pytest

import geartrain
from geartrain.settings import REGISTRY, settings_table

ROOT = Path(geartrain.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def function_lengths():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body
                is_documented = isinstance(body[0], ast.Expr) and len(body) > 1
                first = body[1] if is_documented else body[0]
                yield node.end_lineno - first.lineno + 1


def test_functions_are_short():
    lengths = sorted(function_lengths())
    assert statistics.median(lengths) <= 7
    assert lengths[int(len(lengths) * 0.9)] <= 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_of_a_size_to_be_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_the_environment_is_read_in_one_place():
    readers = [
        path.name
        for path in FILES
        if "os.environ" in path.read_text(encoding="utf-8") or "getenv" in path.read_text()
    ]
    # `framework.py` sets Keras's own variable for scripts that ask it.
    assert sorted(readers) == ["framework.py", "settings.py"]


def test_the_documented_settings_are_the_registrys():
    text = (ROOT.parent / "docs/settings.md").read_text(encoding="utf-8")
    assert settings_table() in text
    assert all(f"`{each.name}`" in text for each in REGISTRY)


def test_every_room_says_where_to_start_reading():
    for room in ROOT.iterdir():
        if (room / "__init__.py").exists():
            assert "Start reading at" in (room / "__init__.py").read_text(), room.name

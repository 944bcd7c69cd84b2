"""Scripts in the manner of the first edition's chapters run as they stand."""

from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "chapters").glob("*.py"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_chapter_runs(door, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    exec(code, {"__name__": "__main__"})

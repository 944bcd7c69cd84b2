"""The page on tensors says what the code does."""

import re
from pathlib import Path

import pytest

from geartrain import explain

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "tensors.md").read_text(encoding="utf-8")
PRINTED = re.findall(r"```python\n(explain\.\w+\(.*\))\n```\n\nprints\n\n((?:    .*\n)+)", PAGE)


@pytest.mark.parametrize(("call", "expected"), PRINTED, ids=[call for call, _ in PRINTED])
def test_what_it_prints_is_printed(call, expected, capsys):
    eval(call, {"explain": explain})
    assert capsys.readouterr().out == re.sub("^    ", "", expected, flags=re.MULTILINE)


def test_every_call_is_looked_at():
    assert len(PRINTED) == PAGE.count("\nprints\n") == 3


def test_every_picture_and_link_is_there_and_no_other():
    linked = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert all((DOCS / link).exists() for link in linked)
    pictures = {f"pictures/{path.name}" for path in (DOCS / "pictures").iterdir()}
    pages = " ".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    assert pictures == set(re.findall(r"\]\((pictures/[^)]+)\)", pages))
    assert all(re.findall(r"!\[([^\]]*)\]", PAGE)), "a picture without words for it"

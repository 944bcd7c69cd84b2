"""The page on the engine says what the code does."""

import doctest
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "engine.md"


def test_listings_print_what_they_say():
    flags = doctest.ELLIPSIS | doctest.REPORT_NDIFF
    failed, tried = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=flags, encoding="utf-8"
    )
    assert tried > 20
    assert not failed


def test_links_lead_somewhere():
    text = PAGE.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert all((DOCS / each).exists() for each in links)
    scripts = {path.name for path in (DOCS.parent / "examples/engine").iterdir() if path.is_file()}
    assert scripts - {"picture.py"} == {Path(each).name for each in links if each.endswith(".py")}

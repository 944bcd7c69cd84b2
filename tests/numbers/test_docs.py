"""The page of promises: its listing runs, and every test that it names is there."""

import doctest
import re
from pathlib import Path

import pytest

from geartrain.compiler.instructions.vector_math import MATH

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/numbers.md"
TEXT = PAGE.read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def test_the_listing_prints_what_it_says():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert tried > 5
    assert not failed


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_is_named_is_there(file, name):
    assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_promise_names_its_tests():
    rows = re.findall(r"^\| the .*$|^\| how .*$|^\| for .*$", TEXT, re.MULTILINE)
    assert len([row for row in rows if "tests/" in row]) == 5
    assert len(NAMED) > 25


def test_links_lead_somewhere_and_scripts_are_there():
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert links
    assert all((PAGE.parent / each).exists() for each in links)
    assert all((ROOT / each).exists() for each in re.findall(r"tools/\w+\.py", TEXT))


def test_every_elementary_function_is_named():
    assert not [name for name in MATH if f"`{name}`" not in TEXT]


def test_errors_are_within_the_promise():
    rows = re.findall(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \|$", TEXT, re.MULTILINE)
    assert {name for name, *_ in rows} == set(MATH) - {"power"}
    assert all(float(single) <= 2 and float(double) <= 4 for _, single, double in rows)

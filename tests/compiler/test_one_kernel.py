"""The page that follows one kernel: every listing is what its code prints.

Listings marked `measured` have times in them: of those the first word of each line is compared.
Those marked `machine` are of the machine that wrote them: they are made, and must be as long.
"""

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "one-kernel.md"
BLOCK = re.compile(r"```(python|text[ a-z]*)\n(.*?)```", re.DOTALL)


def listings():
    """Each piece of code, and the kind and the text of the listing behind it, if there is one."""
    blocks = [match.groups() for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]
    followers = [*blocks[1:], ("python", "")]
    return [
        (code, *(follower if follower[0] != "python" else ("", "")))
        for (kind, code), follower in zip(blocks, followers, strict=True)
        if kind == "python"
    ]


@pytest.fixture(scope="module")
def printed():
    """What each piece of code prints, run in order."""
    namespace, found = {}, []
    for code, *_ in listings():
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "train.py", "exec"), namespace)
        found.append("\n".join(line.rstrip() for line in out.getvalue().splitlines()))
    return found


@pytest.fixture(scope="module", autouse=True)
def updated(request, printed):
    if request.config.getoption("--update-golden"):
        texts = iter([text for text, (_, kind, _) in zip(printed, listings(), strict=True) if kind])

        def renewed(match):
            kind, body = match.groups()
            return f"```{kind}\n{body if kind == 'python' else next(texts) + chr(10)}```"

        PAGE.write_text(BLOCK.sub(renewed, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize("number", range(len(listings())))
def test_the_page_shows_what_is_printed(number, printed):
    _, kind, shown = listings()[number]
    found, shown = printed[number].splitlines(), shown.splitlines()
    if kind == "text measured":
        found, shown = ([line.split()[:1] for line in each] for each in (found, shown))
    if kind == "text machine":
        found, shown = len(found), len(shown)
    assert found == shown


def test_no_stage_is_left_out():
    titles = re.findall(r"^## (.*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(titles) == 11
    links = re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert all((PAGE.parent / link).exists() for link in links)

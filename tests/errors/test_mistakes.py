"""The page of the commonest mistakes: every example is run, and gives the message that it shows."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"
BLOCK = re.compile(r"```(python|text)\n(.*?)```", re.DOTALL)


def sections():
    """The title, the code and the message of each mistake."""
    found = []
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        blocks = dict(BLOCK.findall(part))
        found.append((part.partition("\n")[0], blocks["python"], blocks["text"].rstrip()))
    return found


def setting():
    """What every example begins with: the first block of the page."""
    namespace = {}
    exec(BLOCK.search(PAGE.read_text(encoding="utf-8"))[2], namespace)
    return namespace


def message_of(code):
    with pytest.raises((ValueError, TypeError, RuntimeError, IndexError)) as caught:
        exec(code, setting())
    return f"{type(caught.value).__name__}: {caught.value}"


@pytest.fixture(scope="module", autouse=True)
def updated(request):
    if not request.config.getoption("--update-golden"):
        return
    text = PAGE.read_text(encoding="utf-8")
    for title, code, _ in sections():
        head, part = text.split(f"## {title}\n")
        part = re.sub(
            r"```text\n.*?```",
            lambda _, code=code: f"```text\n{message_of(code)}\n```",
            part,
            count=1,
            flags=re.DOTALL,
        )
        text = f"{head}## {title}\n{part}"
    PAGE.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("number", range(len(sections())))
def test_the_page_shows_what_is_said(number):
    _, code, message = sections()[number]
    assert message_of(code) == message


@pytest.mark.parametrize("number", range(len(sections())))
def test_messages_have_their_parts(number):
    _, _, message = sections()[number]
    for part in ("given:", "expected:", "remedy:"):
        assert part in message


def test_there_are_thirty():
    assert len(sections()) >= 30

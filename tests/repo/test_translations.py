"""The Chinese pages are in step with the English ones (tools/translations.py)."""

import pytest

from tools import translations


@pytest.mark.parametrize("original", translations.PAGES)
def test_pages_are_in_step(original):
    chinese = translations.read(translations.PAGES[original])
    assert not translations.differences(translations.read(original), chinese)


ENGLISH = "# Title\n\nText, [a link](tensors.md).\n\n```python\nx = 1\n```\n\n## Second\n\nMore.\n"
WELL = ENGLISH.replace("Text", "文").replace("More", "更多")


def page(text, name="docs/page.md"):
    return translations.Page(name, text)


def marked(text):
    return f"{text}\n<!-- written from: {page(ENGLISH).digests} -->\n"


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        (marked(WELL), None),
        (marked(WELL.replace("## Second", "Second")), "sections"),
        (marked(WELL.replace("x = 1", "x = 2")), "listings"),
        (marked(WELL.replace("tensors.md", "layers.md")), "point at"),
        (WELL, "is newer"),
    ],
)
def test_what_is_out_of_step_is_said(chinese, said):
    found = translations.differences(page(ENGLISH), page(chinese))
    assert any(said in each for each in found) if said else found == []


def test_a_changed_section_is_named():
    changed = page(ENGLISH.replace("More", "Less"))
    assert translations.differences(changed, page(marked(WELL))) == [
        "docs/page.md, '## Second', is newer than docs/page.md"
    ]

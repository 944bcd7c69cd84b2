"""Drawings are valid SVG, and say what they are."""

from xml.etree import ElementTree

import pytest

from geartrain.drawing.svg import BLUE, Drawing, column_of, data_uri, element, framed, row_of, words

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text):
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    return root


def drawing():
    sheet = Drawing(100, 40, "a square & its <name>")
    sheet.rect(4, 4, 32, 32, fill=BLUE, opacity=0.25)
    sheet.text(44, 24, '<script>"&\x00', bold=True)
    sheet.line([(0, 0), (1.234567, 2)], dashed=True)
    sheet.arrow((0, 0), (20, 0))
    sheet.circle(5, 5, 2, fill=BLUE)
    sheet.image(0, 0, 8, 8, b"not looked at")
    return sheet


@pytest.mark.parametrize("text", [drawing().svg(), drawing().inline()])
def test_text_is_escaped_and_the_title_is_read_out(text):
    root = parsed(text)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == "a square & its <name>"
    assert root.find(f"{SVG}text").text == '<script>"&\ufffd'
    assert not root.findall(f".//{SVG}script")
    assert root.find(f"{SVG}polyline").get("points") == "0,0 1.23,2"


def test_a_file_has_paper_and_both_themes_and_a_page_keeps_its_own():
    sheet = drawing()
    assert "prefers-color-scheme:dark" in sheet.svg()
    assert 'class="paper"' in sheet.svg()
    assert "<style" not in sheet.inline()
    assert "paper" not in sheet.inline()
    assert sheet._repr_html_() == sheet.inline()
    assert "currentColor" in sheet.inline()


def test_saving(tmp_path):
    path = drawing().save(tmp_path / "new" / "folder" / "square.svg")
    assert path.read_text(encoding="utf-8") == drawing().svg() + "\n"
    with pytest.raises(ValueError, match=r"given(.|\n)*\.svg(.|\n)*save\(.*square.svg"):
        drawing().save(tmp_path / "square.png")


def test_a_small_drawing_word_for_word():
    sheet = Drawing(10, 5, "t")
    sheet.rect(0, 0.5, 10, 4, fill=BLUE, opacity=0.25, dashed=True)
    assert sheet.inline() == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5" viewBox="0 0 10 5" '
        'style="max-width:100%;height:auto" role="img" aria-label="t" '
        'font-family="system-ui,sans-serif">\n<title>t</title>\n'
        '<rect x="0" y="0.5" width="10" height="4" fill="#3f7fbf" fill-opacity="0.25" '
        'stroke="currentColor" stroke-width="1" stroke-dasharray="3 3"/>\n</svg>'
    )


def test_sheets_are_put_together():
    small, large = Drawing(10, 20, "s"), Drawing(30, 40, "l")
    row = row_of([small, large], "row", gap=5)
    column = column_of([small, large], "column", gap=5)
    assert (row.width, row.height) == (45, 40)
    assert (column.width, column.height) == (30, 65)
    assert "translate(15 0)" in row.inline()
    assert "translate(0 10)" in row_of([small, large], "row", centred=True).inline()
    edged = framed(small, margin=3)
    assert (edged.width, edged.height, edged.title) == (16, 26, "s")
    assert words("four").width < words("four and more").width


def test_an_arrow_of_no_length_is_nothing():
    sheet = Drawing(10, 10, "nothing")
    sheet.arrow((3, 3), (3, 3))
    assert sheet.parts == []


def test_elements():
    assert (
        element("a", "b", class_="c", stroke_width=1.50) == '<a class="c" stroke-width="1.5">b</a>'
    )
    assert data_uri(b"ab") == "data:image/png;base64,YWI="
    assert repr(Drawing(4, 5.5, "x")) == "<Drawing 4 x 5.5: x>"

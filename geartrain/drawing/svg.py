"""Pictures as SVG text: shapes on a sheet, one line of text each.

    sheet = Drawing(100, 40, "a square and its name")
    sheet.rect(4, 4, 32, 32, fill=BLUE)
    sheet.text(44, 24, "square")
    sheet.save("square.svg")

Lines and words take the colour of the text around them, and fills are half transparent, so that a
drawing can be read on a light page and on a dark one. Nothing in it moves, runs or is loaded.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from geartrain.errors import explain

BLUE, ORANGE, GREEN = "#3f7fbf", "#d9822b", "#4c9a5f"
RED, VIOLET, GREY = "#d1495b", "#8367c7", "#8a8f98"
TONES = (BLUE, ORANGE, GREEN, VIOLET, RED)
INK = "currentColor"

Point = tuple[float, float]

THEME = (
    "<style>svg{color:#1c1c1e}.paper{fill:#fff}"
    "@media (prefers-color-scheme:dark){svg{color:#e8e8ea}.paper{fill:#1c1c1e}}</style>"
)
CONTROLS = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


class Drawing:
    """A sheet of some size in pixels, with a title that is read out where it cannot be seen."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self.width = width
        self.height = height
        self.title = title
        self.parts: list[str] = []

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        opacity: float = 1.0,
        stroke: str = INK,
        dashed: bool = False,
    ) -> None:
        """A box; `opacity` is the fill's."""
        self._add(
            "rect",
            x=x,
            y=y,
            width=width,
            height=height,
            fill=fill,
            **_filled(fill, opacity),
            **_stroked(stroke, 1, dashed),
        )

    def line(
        self,
        points: Iterable[Point],
        *,
        stroke: str = INK,
        width: float = 1,
        opacity: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """A line through points."""
        self._add(
            "polyline",
            points=_points(points),
            fill="none",
            **({} if opacity == 1 else {"stroke_opacity": opacity}),
            **_stroked(stroke, width, dashed),
        )

    def polygon(self, points: Iterable[Point], *, fill: str, opacity: float = 1.0) -> None:
        """A filled shape."""
        self._add("polygon", points=_points(points), fill=fill, **_filled(fill, opacity))

    def circle(self, x: float, y: float, radius: float, *, fill: str, opacity: float = 1.0) -> None:
        """A filled dot."""
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, **_filled(fill, opacity))

    def arrow(
        self, start: Point, end: Point, *, stroke: str = INK, width: float = 2, dashed: bool = False
    ) -> None:
        """A line with a head at its end; nothing, where start and end are one point."""
        length = math.dist(start, end)
        if length < 1e-6:
            return
        along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        head = min(4 * width, length)
        neck = (end[0] - head * along[0], end[1] - head * along[1])
        side = (-along[1] * head / 2, along[0] * head / 2)
        self.line([start, neck], stroke=stroke, width=width, dashed=dashed)
        left, right = (neck[0] + side[0], neck[1] + side[1]), (neck[0] - side[0], neck[1] - side[1])
        self.polygon([end, left, right], fill=stroke)

    def text(
        self,
        x: float,
        y: float,
        words: object,
        *,
        size: float = 12,
        anchor: str = "start",
        bold: bool = False,
        fill: str = INK,
    ) -> None:
        """Words that start, end or are centred (anchor "middle") at x, with their foot at y."""
        self._add(
            "text",
            str(words),
            x=x,
            y=y,
            font_size=size,
            fill=fill,
            **({} if anchor == "start" else {"text_anchor": anchor}),
            **({"font_weight": "bold"} if bold else {}),
        )

    def image(self, x: float, y: float, width: float, height: float, png: bytes) -> None:
        """Pixels, enlarged without being blurred."""
        self._add(
            "image",
            x=x,
            y=y,
            width=width,
            height=height,
            preserveAspectRatio="none",
            style="image-rendering:pixelated",
            href=data_uri(png),
        )

    def place(self, other: Drawing, x: float, y: float) -> None:
        """Another drawing on this one, its corner at (x, y)."""
        move = f"translate({_text(x)} {_text(y)})"
        self.parts.append(f'<g transform="{move}">{"".join(other.parts)}</g>')

    def inline(self) -> str:
        """The SVG for a page, whose colours it takes."""
        return self._svg(self.parts)

    def svg(self) -> str:
        """The SVG as a file of its own: with its own paper, light or dark as the viewer is set."""
        paper = element("rect", class_="paper", width="100%", height="100%", fill="#fff")
        return self._svg([THEME, paper, *self.parts], color="#1c1c1e")

    def save(self, path: str | Path) -> Path:
        """Write the SVG to a file, whose folder is made if there is none, and say where.

        Raises:
            ValueError: the file's name does not end in .svg.
        """
        file = Path(path)
        if file.suffix != ".svg":
            raise ValueError(_suffix_message(file))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.svg() + "\n", encoding="utf-8")
        return file

    def _repr_html_(self) -> str:
        return self.inline()

    def __repr__(self) -> str:
        return f"<Drawing {_text(self.width)} x {_text(self.height)}: {self.title}>"

    def _add(self, name: str, *words: str, **attributes: object) -> None:
        inside = escape("".join(words).translate(CONTROLS))
        self.parts.append(element(name, inside, **attributes))

    def _svg(self, parts: Sequence[str], **attributes: object) -> str:
        title = escape(self.title.translate(CONTROLS))
        size = f"{_text(self.width)} {_text(self.height)}"
        return element(
            "svg",
            "\n".join(["", f"<title>{title}</title>", *parts, ""]),
            xmlns="http://www.w3.org/2000/svg",
            width=self.width,
            height=self.height,
            viewBox=f"0 0 {size}",
            style="max-width:100%;height:auto",
            role="img",
            aria_label=self.title,
            font_family="system-ui,sans-serif",
            **attributes,
        )


def row_of(
    drawings: Sequence[Drawing], title: str, *, gap: float = 24, centred: bool = False
) -> Drawing:
    """Drawings side by side on one sheet, their tops or their middles on one line."""
    width = sum(each.width for each in drawings) + gap * (len(drawings) - 1)
    sheet = Drawing(width, max(each.height for each in drawings), title)
    x = 0.0
    for each in drawings:
        sheet.place(each, x, (sheet.height - each.height) / 2 if centred else 0)
        x += each.width + gap
    return sheet


def column_of(drawings: Sequence[Drawing], title: str, *, gap: float = 16) -> Drawing:
    """Drawings below each other on one sheet."""
    height = sum(each.height for each in drawings) + gap * (len(drawings) - 1)
    sheet = Drawing(max((each.width for each in drawings), default=0), height, title)
    y = 0.0
    for each in drawings:
        sheet.place(each, 0, y)
        y += each.height + gap
    return sheet


def framed(drawing: Drawing, *, margin: float = 16) -> Drawing:
    """The drawing with a margin around it."""
    sheet = Drawing(drawing.width + 2 * margin, drawing.height + 2 * margin, drawing.title)
    sheet.place(drawing, margin, margin)
    return sheet


def words(text: str, *, size: float = 12, bold: bool = False) -> Drawing:
    """A line of words as a drawing of its own."""
    sheet = Drawing(text_width(text, size), size * 1.5, text)
    sheet.text(0, size * 1.1, text, size=size, bold=bold)
    return sheet


def paragraph(lines: Sequence[str], *, size: float = 11) -> Drawing:
    """Lines of words close to each other."""
    return column_of([words(line, size=size) for line in lines], " ".join(lines), gap=0)


def text_width(text: str, size: float = 12) -> float:
    """About how wide words are in a sans-serif face: no font is at hand to measure with."""
    return 0.6 * size * len(text)


def data_uri(png: bytes) -> str:
    """A PNG as an address that holds all of it."""
    return "data:image/png;base64," + b64encode(png).decode("ascii")


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element; `content` is SVG already, attributes are escaped here.

    >>> element("rect", x=1.50, stroke_width=2)
    '<rect x="1.5" stroke-width="2"/>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value).translate(CONTROLS))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _filled(fill: str, opacity: float) -> dict[str, object]:
    return {} if fill == "none" or opacity == 1 else {"fill_opacity": opacity}


def _stroked(stroke: str, width: float, dashed: bool) -> dict[str, object]:
    if stroke == "none":
        return {}
    dashes = {"stroke_dasharray": "3 3"} if dashed else {}
    return {"stroke": stroke, "stroke_width": width, **dashes}


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in points)


def _text(value: object) -> str:
    """Numbers to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _suffix_message(file: Path) -> str:
    return explain(
        "A drawing is saved as SVG",
        given=str(file),
        expected="a file that ends in .svg",
        remedy=f'save("{file.with_suffix(".svg")}")',
    )

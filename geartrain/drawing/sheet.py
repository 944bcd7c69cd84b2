"""Boxes, lines and words, kept apart from how they are drawn: as SVG, or as pixels.

SVG is text and needs nothing; pixels need Pillow, which draws letters.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from geartrain.drawing.svg import INK, Drawing
from geartrain.errors import explain

Point = tuple[float, float]

LETTER = 0.56  # of a letter's size: how wide it is, or less
PAPER, BLACK = "#ffffff", "#1c1c1e"
SCREEN_DPI = 96.0  # pixels of a drawing in an inch


def text_width(words: str, size: float, bold: bool = False) -> float:
    """How wide words are, or less."""
    return len(words) * size * LETTER * (1.06 if bold else 1.0)


@dataclass(frozen=True)
class Box:
    """A box; a dashed one is a frame around others."""

    x: float
    y: float
    width: float
    height: float
    fill: str = "none"
    opacity: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Line:
    """A line through points; with a head at its end."""

    points: Sequence[Point]
    arrow: bool = True


@dataclass(frozen=True)
class Words:
    """Words with their middle (or left end) at a place."""

    x: float
    y: float
    words: str
    size: float = 12
    bold: bool = False
    anchor: str = "middle"


@dataclass
class Sheet:
    """All that is on a picture of some size."""

    width: float
    height: float
    title: str
    parts: list[Box | Line | Words] = field(default_factory=list)

    def svg(self) -> Drawing:
        """The picture as SVG."""
        drawing = Drawing(self.width, self.height, self.title)
        for part in self.parts:
            if isinstance(part, Box):
                drawing.rect(part.x, part.y, part.width, part.height, fill=part.fill,
                             opacity=part.opacity, dashed=part.dashed)  # fmt: skip
            elif isinstance(part, Words):
                drawing.text(part.x, part.y, part.words, size=part.size, bold=part.bold,
                             anchor=part.anchor)  # fmt: skip
            else:
                drawing.line(part.points)
                if part.arrow:
                    drawing.polygon(arrow_head(part.points), fill=INK)
        return drawing

    def pixels(self, dpi: float = 200, form: str = "PNG") -> bytes:
        """The picture as a file of pixels, drawn by Pillow.

        Raises:
            ImportError: Pillow is not installed.
        """
        scale = dpi / SCREEN_DPI
        size = max(round(self.width * scale), 1), max(round(self.height * scale), 1)
        image = pillow("Image").new("RGB", size, PAPER)
        pen = pillow("ImageDraw").Draw(image)
        for part in self.parts:
            _put(pen, part, scale)
        buffer = io.BytesIO()
        image.save(buffer, form, dpi=(dpi, dpi))
        return buffer.getvalue()


def pillow(module: str) -> Any:
    """A module of Pillow.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module(f"PIL.{module}")
    except ImportError as error:
        raise ImportError(
            explain(
                "A picture of pixels needs Pillow",
                given="a Python without it",
                expected="Pillow, which draws letters; or a file that ends in .svg, without it",
                remedy="pip install 'geartrain[pictures]'   (or: pip install pillow)",
            )
        ) from error


def _put(pen: Any, part: Box | Line | Words, scale: float) -> None:
    width = max(round(scale), 1)
    if isinstance(part, Box):
        corners = [part.x, part.y, part.x + part.width, part.y + part.height]
        fill = None if part.fill == "none" else _mixed(part.fill, part.opacity)
        outline = "#9a9a9e" if part.dashed else BLACK
        pen.rectangle([each * scale for each in corners], fill=fill, outline=outline, width=width)
    elif isinstance(part, Words):
        font = pillow("ImageFont").load_default(part.size * scale)
        place = part.x * scale, part.y * scale
        anchor = "ms" if part.anchor == "middle" else "ls"
        stroke = round(scale / 4) if part.bold else 0
        pen.text(place, part.words, BLACK, font, anchor, stroke_width=stroke)
    else:
        pen.line([(x * scale, y * scale) for x, y in part.points], BLACK, width)
        if part.arrow:
            pen.polygon([(x * scale, y * scale) for x, y in arrow_head(part.points)], BLACK)


def _mixed(colour: str, opacity: float) -> tuple[int, ...]:
    """A colour on white paper."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return tuple(round(255 + (part - 255) * opacity) for part in parts)


def arrow_head(points: Sequence[Point], length: float = 7.0) -> list[Point]:
    """The corners of the head of an arrow at the end of a line."""
    (x0, y0), (x1, y1) = points[-2], points[-1]
    far = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-6)
    along = (x1 - x0) / far, (y1 - y0) / far
    neck = x1 - length * along[0], y1 - length * along[1]
    side = -along[1] * length * 0.45, along[0] * length * 0.45
    return [(x1, y1), (neck[0] + side[0], neck[1] + side[1]),
            (neck[0] - side[0], neck[1] - side[1])]  # fmt: skip

"""Tables of text with ruled cells: `model.summary()`.

    ┏━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
    ┃ Layer (type)  ┃ Output Shape ┃ Param # ┃
    ┡━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
    │ dense (Dense) │ (None, 10)   │   7,850 │
    └───────────────┴──────────────┴─────────┘

What does not fit into a cell goes on in its next line; nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LEAST = 6  # characters of a column

# The corners and lines of the four rules: left, line, crossing, right.
RULES = {"top": "┏━┳┓", "head": "┡━╇┩", "row": "├─┼┤", "bottom": "└─┴┘"}


@dataclass(frozen=True)
class Column:
    """The head of a column, and where its text stands: "<", "^" or ">"."""

    head: str
    align: str = "<"


def format_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> str:
    """The table as text, with columns of these widths (without the space beside the text)."""
    lines = [_rule("top", widths), *_lines([each.head for each in columns], columns, widths, "┃")]
    lines.append(_rule("head", widths))
    for at, row in enumerate(rows):
        if at:
            lines.append(_rule("row", widths))
        lines += _lines(row, columns, widths, "│")
    return "\n".join([*lines, _rule("bottom", widths)])


def _rule(kind: str, widths: Sequence[int]) -> str:
    left, line, crossing, right = list(RULES[kind])
    return left + crossing.join(line * (width + 2) for width in widths) + right


def _lines(
    cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int], bar: str
) -> list[str]:
    """The lines of one row."""
    parts = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, parts))
    filled = [[*part, *[""] * (height - len(part))] for part in parts]
    return [
        bar
        + bar.join(
            f" {text:{column.align}{width}} "
            for text, column, width in zip(texts, columns, widths, strict=True)
        )
        + bar
        for texts in zip(*filled, strict=True)
    ]


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most this width, broken at spaces, else anywhere.

    >>> wrapped("batch_normalization (BatchNormalization)", 20)
    ['batch_normalization', '(BatchNormalization)']
    """
    lines: list[str] = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        current = indent
        for word in line.split():
            joined = current + word if not current.strip() else f"{current} {word}"
            if len(joined) > width and current.strip():
                lines.append(current)
                joined = indent + word
            while len(joined) > width:
                lines.append(joined[:width])
                joined = indent + joined[width:]
            current = joined
        lines.append(current)
    return lines


def fitted_widths(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], line_length: int
) -> list[int]:
    """Widths for all that is in the columns, the widest made narrower until a line fits."""
    texts = [[each.head for each in columns], *rows]
    widths = [
        max(len(line) for row in texts for line in row[at].split("\n"))
        for at in range(len(columns))
    ]
    room = line_length - 3 * len(columns) - 1
    while sum(widths) > room and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def positioned_widths(positions: Sequence[float], line_length: int, count: int) -> list[int]:
    """Widths for columns that end at these places: parts of the line, or characters.

    Raises:
        ValueError: there are fewer places than columns.
    """
    if len(positions) < count:
        raise ValueError(
            f"summary: positions needs a place for each of {count} columns, got {list(positions)}"
        )
    whole = line_length if positions[-1] <= 1 else 1
    ends = [int(each * whole) for each in positions[:count]]
    cells = [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    shares = shared_out(3 * count + 1, count)  # the rules, and the space beside the text
    return [max(cell - share, 1) for cell, share in zip(cells, shares, strict=True)]


def shared_out(total: int, count: int) -> list[int]:
    """A number of characters in nearly equal shares.

    >>> shared_out(10, 3)
    [3, 4, 3]
    """
    shares: list[int] = []
    for left in range(count, 0, -1):
        shares.append(round((total - sum(shares)) / left))
    return shares


def rich_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Any:
    """The same for `rich`, which colours it."""
    from rich.table import Table
    from rich.text import Text

    styles = {"<": "left", "^": "center", ">": "right"}
    table = Table(show_lines=True, width=sum(widths) + 3 * len(widths) + 1)
    for column, width in zip(columns, widths, strict=True):
        style = "green" if column.align == ">" else None
        table.add_column(
            column.head,
            justify=styles[column.align],  # type: ignore[arg-type]
            width=width,
            style=style,
            overflow="fold",
        )
    for name, *others in rows:
        title, _, kind = name.rpartition(" ")
        first = Text.assemble(f"{title} ", (kind, "blue"))
        table.add_row(first, *map(Text, others))
    return table

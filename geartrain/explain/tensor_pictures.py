"""Tensors of rank 0 to 5 as drawings: boxes, time series, pictures, films.

explain.picture(train_images[:12], labels=train_labels[:12]).save("digits.svg")
explain.picture(prices, kind="series", axes=("samples", "timesteps", "features"))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.drawing.cells import Look, by_value, pages, shown_places, table, within
from geartrain.drawing.facts import plain
from geartrain.drawing.images import as_pictures, heat_pixels, pixels, thin
from geartrain.drawing.png import encode_png
from geartrain.drawing.series import draw_lines, span
from geartrain.drawing.svg import (
    GREY,
    INK,
    TONES,
    Drawing,
    column_of,
    framed,
    paragraph,
    row_of,
    words,
)
from geartrain.errors import explain
from geartrain.tensor import Array, Tensor, Variable, format_shape

KINDS = ("boxes", "series", "pictures", "film")
MOST_RANK = 5
PICTURES, ACROSS = 24, 8
FRAMES, FILMS = 6, 4
PANELS, FEATURES = 4, 5
SIDE = 72  # of a picture on the sheet
PIXELS = 112  # most pixels of a picture along an axis

# How each axis is laid out on the sheet, the last axis last.
WAYS = ("down the sheet", "across the sheet", "page behind page", "row by row", "left to right")
ARROWS = ("⇓", "⇒", "↗", "↓", "→")


def picture(
    x: Any,
    *,
    kind: str | None = None,
    axes: Sequence[str] | None = None,
    labels: Sequence[Any] | None = None,
) -> Drawing:
    """Draw a tensor of rank 0 to 5.

    Args:
        x: a tensor, an array, nested lists or a number.
        kind: "boxes" with numbers in them; "series", lines over the last but one axis, one for
            each feature; "pictures"; "film", a strip of frames for each sample. None: what the
            shape and the numbers look like.
        axes: a name for each axis, such as `("samples", "features")`.
        labels: what to write below each picture.

    Raises:
        ValueError: the rank is above 5, the tensor is empty, or the kind does not go with it.
    """
    array = x.numpy() if isinstance(x, Tensor | Variable) else np.asarray(x)
    _check(array, kind, axes)
    chosen = kind or _natural_kind(array)
    title = f"{chosen} of shape {format_shape(array.shape)}, {array.dtype.name}"
    if chosen == "series":
        drawing = _series(array, title, axes)
    elif chosen == "pictures":
        drawing = _pictures(array, title, labels)
    elif chosen == "film":
        drawing = _films(array, title)
    else:
        drawing = _boxes(array, title)
    return framed(column_of([drawing, _legend(array, chosen, axes)], title, gap=10))


def _natural_kind(array: Array) -> str:
    if array.ndim < 2 or as_pictures(array) is None:
        return "boxes"
    return "film" if array.ndim == MOST_RANK else "pictures"


def _check(array: Array, kind: str | None, axes: Sequence[str] | None) -> None:
    if array.ndim > MOST_RANK:
        raise ValueError(_message(array, "a rank of 0 to 5", "explain.picture(x[0])"))
    if not array.size:
        raise ValueError(_message(array, "a tensor with elements", "print(x)"))
    if kind not in (None, *KINDS):
        raise ValueError(_message(array, f"kind=one of {', '.join(KINDS)}", 'kind="boxes"'))
    if axes is not None and len(axes) != array.ndim:
        names = tuple(f"axis {at}" for at in range(array.ndim))
        raise ValueError(_message(array, f"{array.ndim} names of axes", f"axes={names}"))
    needed = {"series": (1, 2, 3), "film": (4, 5), "pictures": (2, 3, 4)}.get(kind or "")
    if needed and array.ndim not in needed:
        ranks = " or ".join(map(str, needed))
        raise ValueError(_message(array, f"rank {ranks} for kind={kind!r}", 'kind="boxes"'))


def _message(array: Array, expected: str, remedy: str) -> str:
    return explain(
        "This tensor cannot be drawn so",
        given=f"a tensor of shape {format_shape(array.shape)}",
        expected=expected,
        remedy=remedy,
    )


def _legend(array: Array, kind: str, axes: Sequence[str] | None) -> Drawing:
    """A line for each axis: its name, its size, and which way it runs."""
    names = axes or [""] * array.ndim
    lines = [
        f"axis {at}{', ' * bool(name)}{name}: {size:,}{_way(array.ndim, at, kind)}"
        for at, (name, size) in enumerate(zip(names, array.shape, strict=True))
    ]
    head = f"shape {format_shape(array.shape)}, rank {array.ndim}, {array.dtype.name}"
    rows = [words(head, bold=True), *([paragraph(lines)] if lines else [])]
    return column_of(rows, head, gap=0)


def _way(rank: int, axis: int, kind: str) -> str:
    if kind != "boxes":
        return ""
    at = len(WAYS) - rank + axis
    if rank == 4 and axis == 0:
        at = 1
    return f"  {ARROWS[at]} {WAYS[at]}"


def _boxes(array: Array, title: str) -> Drawing:
    shape, look = array.shape, by_value(array)
    if array.ndim < 3:
        return table(shape, look, title)
    if array.ndim == 3:
        return pages(shape, look, title)
    if array.ndim == 4:
        return _row(shape, look, title)
    places = [at for at in shown_places(len(array), 4) if at is not None]
    rows = [_row(shape[1:], within(look, at), title) for at in places]
    return column_of(rows, title, gap=20)


def _row(shape: tuple[int, ...], look: Look, title: str) -> Drawing:
    """The first few tensors of rank 3 in a tensor of rank 4."""
    blocks = [
        _dots() if at is None else pages(shape[1:], within(look, at), title, most=4)
        for at in shown_places(shape[0], 4)
    ]
    return row_of(blocks, title, centred=True)


def _dots() -> Drawing:
    sheet = Drawing(20, 20, "...")
    sheet.text(10, 14, "···", anchor="middle")
    return sheet


def _series(array: Array, title: str, axes: Sequence[str] | None) -> Drawing:
    """A panel for each of the first samples, a line for each of the first features."""
    numbers = plain(array)
    steps = numbers[:, None] if array.ndim == 1 else numbers
    samples = steps[None] if steps.ndim == 2 else steps
    some = samples[:PANELS, :, :FEATURES]
    limits = span(some)
    name = axes[0].rstrip("s") if axes and array.ndim == 3 else "sample"
    panels = [_panel(lines, f"{name} {at}", limits) for at, lines in enumerate(some)]
    return column_of([*panels, _key(some.shape[-1], samples.shape[-1])], title, gap=8)


def _panel(lines: Array, name: str, limits: tuple[float, float]) -> Drawing:
    curves = draw_lines(list(lines.T), name, width=440, height=72, limits=limits)
    return row_of([_fixed(name, 80), curves], name, gap=8, centred=True)


def _fixed(text: str, width: float) -> Drawing:
    sheet = Drawing(width, 18, text)
    sheet.text(0, 13, text)
    return sheet


def _key(shown: int, count: int) -> Drawing:
    """Which colour is which feature."""
    sheet = Drawing(540, 18, "features")
    for at in range(shown):
        x = 88 + at * 84
        sheet.line([(x, 9), (x + 14, 9)], stroke=TONES[at % len(TONES)], width=3)
        sheet.text(x + 18, 13, f"feature {at}", size=11)
    if shown < count:
        sheet.text(88 + shown * 84, 13, "···")
    return sheet


def _pictures(array: Array, title: str, labels: Sequence[Any] | None) -> Drawing:
    """The first pictures in rows, each with its place or its label below."""
    shown, count = _rendered(array, PICTURES)
    places = range(len(shown))
    names = [str(labels[at]) if labels is not None else f"[{at}]" for at in places]
    if count == 1 and labels is None:
        names = [""]
    side = SIDE if count > 1 else 3 * SIDE
    tiles = [_tile(image, name, side) for image, name in zip(shown, names, strict=True)]
    rows = [row_of(tiles[at : at + ACROSS], title, gap=6) for at in range(0, len(tiles), ACROSS)]
    more = [words(f"and {count - len(shown):,} more", size=11)] if count > len(shown) else []
    return column_of([*rows, *more], title, gap=6)


def _rendered(array: Array, most: int) -> tuple[list[Array], int]:
    """The first pictures as pixels, and how many there are; matrices become heat maps."""
    found = as_pictures(array)
    if found is not None:
        return [pixels(thin(each, PIXELS)) for each in found[:most]], len(found)
    matrices = array.reshape(-1, *array.shape[-2:])
    return heat_pixels(np.stack([thin(each, PIXELS) for each in matrices[:most]])), len(matrices)


def _tile(image: Array, name: str, side: float) -> Drawing:
    scale = side / max(image.shape[:2])
    height, width = (size * scale for size in image.shape[:2])
    sheet = Drawing(width, height + 16, name)
    sheet.image(0, 0, width, height, encode_png(image))
    sheet.text(width / 2, height + 13, name, size=11, anchor="middle")
    return sheet


def _films(array: Array, title: str) -> Drawing:
    films = array if array.ndim == MOST_RANK else array[None]
    strips = [_strip(films[at], at) for at in range(min(len(films), FILMS))]
    more = len(films) - len(strips)
    rest = [words(f"and {more:,} more", size=11)] if more else []
    return column_of([*strips, *rest], title, gap=12)


def _strip(film: Array, at: int) -> Drawing:
    """Frames on a band with holes along its edges."""
    frames, count = _rendered(film, FRAMES)
    tiles = [_tile(frame, "", SIDE) for frame in frames]
    gap, border = 6.0, 16.0
    width = sum(each.width + gap for each in tiles) + gap
    sheet = Drawing(width + 130, SIDE + 2 * border, f"film {at}")
    sheet.rect(0, 0, width, sheet.height, fill=GREY, opacity=0.3, stroke="none")
    for hole in np.arange(6, width - 8, 14.0):
        for y in (4.0, sheet.height - 12):
            sheet.rect(float(hole), y, 8, 8, fill=INK, opacity=0.25, stroke="none")
    x = gap
    for each in tiles:
        sheet.place(each, x, border)
        x += each.width + gap
    sheet.text(width + 10, sheet.height / 2 - 4, f"film {at}", bold=True)
    sheet.text(width + 10, sheet.height / 2 + 12, f"{len(frames)} of {count:,} frames", size=11)
    return sheet

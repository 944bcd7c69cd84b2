"""A tensor as HTML for notebooks: what it is in a line, what is in it in a picture.

    Tensor (60000, 28, 28) uint8, 47 MB
    [five six seven ... as pictures]
    the first 6 of 60000 pictures; 0 to 255, mean 33.3

A number is written, a vector is bars, a matrix is a table or a heat map, pictures are pictures.
Nothing runs in the page, the page's own colours are used, and large tensors are thinned.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from geartrain.drawing.cells import by_value, table
from geartrain.drawing.facts import facts, plain, short, size_text
from geartrain.drawing.images import (
    SPACE,
    as_pictures,
    heat_pixels,
    mosaic,
    pixels,
    thin,
)
from geartrain.drawing.png import encode_png
from geartrain.drawing.series import draw_vector
from geartrain.drawing.svg import data_uri, element
from geartrain.tensor.shape import format_shape

if TYPE_CHECKING:
    from geartrain.tensor.tensor import Tensor

Array = np.ndarray[Any, Any]
Render = Callable[[int], list[Array]]

SIDES = (224, 160, 112, 80, 56, 40, 28, 20)  # most pixels along an axis: as many as fit
MOST_BYTES = 18_000  # of a PNG: base64 makes four bytes of three
ACROSS = 6  # pictures in a row
WRITTEN = 10  # rows and columns of a matrix whose numbers are written
WIDTH = 224  # of a lone picture on the page, about


def html(tensor: Tensor) -> str:
    """What a notebook shows of a tensor."""
    lines = [_head(tensor)]
    if not tensor.is_symbolic:
        array = tensor.numpy()
        picture, note = _picture(array) if array.size else ("", "")
        lines += [picture, _small("; ".join(filter(None, [note, _sentence(array)])))]
    return element("div", "".join(lines), style="font-family:system-ui,sans-serif;line-height:1.5")


def _head(tensor: Tensor) -> str:
    known = [tensor.dtype.name]
    sizes = [size for size in tensor.shape if isinstance(size, int)]
    if tensor.is_symbolic:
        known.append("symbolic: its numbers come when the graph runs")
    else:
        known.append(size_text(math.prod(sizes) * tensor.dtype.itemsize))
    shape = escape(format_shape(tensor.shape))
    return f"<div><b>Tensor</b> <code>{shape}</code> {escape(', '.join(known))}</div>"


def _sentence(array: Array) -> str:
    if not array.ndim:
        return ""
    return ("magnitudes " if array.dtype.kind == "c" else "") + facts(array).sentence()


def _small(words: str) -> str:
    return f'<div style="font-size:smaller;opacity:.75">{escape(words)}</div>' if words else ""


def _picture(array: Array) -> tuple[str, str]:
    """The drawing of a tensor that is not empty, and what to say of it."""
    if not array.ndim:
        return f'<div style="font-size:larger">{escape(short(array[()].item()))}</div>', ""
    if array.ndim == 1:
        return draw_vector(plain(array), _alt("bars", array)).inline(), ""
    found = as_pictures(array)
    if found is not None:
        return _pictures(found, _film(array))
    if array.ndim == 2:
        return _matrix(array)
    return _matrices(array)


def _matrix(array: Array) -> tuple[str, str]:
    if max(array.shape) <= WRITTEN:
        return table(array.shape, by_value(array), _alt("table", array), most=WRITTEN).inline(), ""
    return _image(
        lambda side: heat_pixels(thin(array, side)[None]), array.shape, _alt("heat map", array)
    )


def _matrices(array: Array) -> tuple[str, str]:
    """The first few matrices of a tensor of rank 3 and more, as heat maps of one scale."""
    some = array.reshape(-1, *array.shape[-2:])[:ACROSS]
    note = _first(len(some), math.prod(array.shape[:-2]), "matrices")
    alt = _alt(f"heat maps of {note}", array)
    return _image(
        lambda side: heat_pixels(np.stack([thin(each, side) for each in some])),
        array.shape[-2:],
        alt,
        note,
    )


def _pictures(found: Array, kind: str) -> tuple[str, str]:
    some = found[:ACROSS]
    note = _first(len(some), len(found), kind) if len(found) > 1 else ""
    size = f"{found.shape[1]} x {found.shape[2]}"
    alt = f"{note}, {size} each" if note else f"picture, {size}"
    return _image(
        lambda side: [pixels(thin(each, side)) for each in some], found.shape[1:3], alt, note
    )


def _film(array: Array) -> str:
    return "frames of the first film" if array.ndim == 5 else "pictures"


def _first(shown: int, count: int, kind: str) -> str:
    return f"all {count} {kind}" if shown == count else f"the first {shown} of {count:,} {kind}"


def _image(render: Render, full: tuple[int, ...], alt: str, note: str = "") -> tuple[str, str]:
    """The largest rendering that is small enough, enlarged by a whole number of times."""
    for side in SIDES:
        images = render(side)
        png = encode_png(mosaic(images, len(images)))
        if len(png) <= MOST_BYTES:
            break
    height, width = images[0].shape[:2]
    scale = max(1, round(WIDTH / max(height, width) / (1 if len(images) == 1 else 2)))
    total = (width + SPACE) * len(images) - SPACE
    style = f"image-rendering:pixelated;width:{total * scale}px;max-width:100%"
    tag = element("img", alt=alt, src=data_uri(png), style=style)
    thinned = f"thinned to {height} x {width}" if (height, width) != full else ""
    return f"<div>{tag}</div>", "; ".join(filter(None, [note, thinned]))


def _alt(kind: str, array: Array) -> str:
    return f"{kind} of a {array.dtype.name} tensor of shape {format_shape(array.shape)}"

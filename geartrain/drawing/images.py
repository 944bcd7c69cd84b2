"""Arrays as pictures: which ones are pictures, and matrices as heat maps.

A picture is `(height, width)` or `(height, width, 1 | 3 | 4)`, of uint8 or of floats from 0 to 1,
and no smaller than 8 x 8; `(n, height, width)`, `(n, height, width, channels)`, channels first and
videos are rows of pictures.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.drawing.colours import NOT_FINITE, grey, heat
from geartrain.drawing.facts import facts, plain

Array = np.ndarray[Any, Any]

CHANNELS = (1, 3, 4)
LEAST_SIDE = 8
SPACE = 2  # pixels between the pictures of a row


def as_pictures(array: Array) -> Array | None:
    """The array as `(n, height, width, channels)`, if it looks like pictures; else None.

    A single picture has n = 1; a video's first axis is left out, so that its first film is seen.
    """
    if array.ndim == 5:
        return as_pictures(array[0]) if len(array) else None
    found = _arranged(array)
    if found is None or not len(found) or min(found.shape[1:3]) < LEAST_SIDE:
        return None
    return found if _is_light(array) else None


def _arranged(array: Array) -> Array | None:
    """The axes of a picture put into their places; the last axis is taken for channels first."""
    shape = array.shape
    if array.ndim == 2:
        return array[None, :, :, None]
    if array.ndim == 3:
        return array[None] if shape[-1] in CHANNELS else array[..., None]
    if array.ndim == 4 and shape[-1] in CHANNELS:
        return array
    return np.moveaxis(array, 1, -1) if array.ndim == 4 and shape[1] in CHANNELS else None


def _is_light(array: Array) -> bool:
    """Whether the numbers can be brightnesses; of large arrays, some thousands are looked at."""
    if array.dtype in (np.uint8, np.bool_):
        return True
    if array.dtype.kind not in "fV":
        return False
    some = plain(array.reshape(-1)[:: max(array.size // 10_000, 1)])
    finite = some[np.isfinite(some)]
    return bool(finite.size and finite.min() >= 0 and finite.max() <= 1 and finite.max() > 0)


def pixels(picture: Array) -> Array:
    """One picture `(height, width, channels)` as `(height, width, 4)`, uint8.

    What is not finite is magenta.
    """
    numbers = picture if picture.dtype == np.uint8 else plain(picture)
    light = grey(numbers)
    out = np.full((*light.shape[:2], 4), 255, np.uint8)
    out[..., : 4 if light.shape[-1] == 4 else 3] = light
    if numbers.dtype.kind == "f":
        out[~np.isfinite(numbers).all(-1)] = (*NOT_FINITE, 255)
    return out


def heat_pixels(matrices: Array) -> list[Array]:
    """Matrices `(n, height, width)` as heat maps of one scale, each `(height, width, 4)`."""
    numbers = plain(matrices)
    found = facts(numbers)
    coloured = heat(numbers, found.low, found.high)
    opaque = np.full((*coloured.shape[:-1], 1), 255, np.uint8)
    return list(np.concatenate([coloured, opaque], axis=-1))


def thin(matrix: Array, side: int) -> Array:
    """A picture or a matrix with at most `side` rows and columns, evenly taken, in proportion."""
    longest = max(matrix.shape[:2])
    counts = (
        max(min(size, LEAST_SIDE), round(size * min(1.0, side / longest)))
        for size in matrix.shape[:2]
    )
    rows, columns = (
        np.linspace(0, size - 1, count).round().astype(int)
        for size, count in zip(matrix.shape, counts, strict=False)
    )
    return np.asarray(matrix[rows][:, columns])


def mosaic(images: list[Array], columns: int) -> Array:
    """Pictures of one size in rows, with nothing between them (not white: a page may be dark)."""
    height, width = images[0].shape[:2]
    rows = -(-len(images) // columns)
    out = np.zeros(
        (rows * (height + SPACE) - SPACE, columns * (width + SPACE) - SPACE, 4), np.uint8
    )
    for place, image in enumerate(images):
        top, left = (height + SPACE) * (place // columns), (width + SPACE) * (place % columns)
        out[top : top + height, left : left + width] = image
    return out

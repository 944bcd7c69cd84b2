"""Pictures of tensors in a terminal."""

from __future__ import annotations

import numpy as np

from geartrain.tensor import Array

SHADES = " .:-=+*#%@"
BLOCKS = " ░▒▓█"


def draw_image(image: Array, *, unicode: bool = True) -> list[str]:
    """A grey picture as lines of text: two rows of pixels to a line, darker for larger numbers.

    Args:
        image: `(height, width)`, of any range.
        unicode: whether block characters may be used; else letters and signs.

    >>> draw_image(np.array([[0, 255], [0, 255]]), unicode=False)
    [' @']
    """
    pixels = np.asarray(image, np.float64)
    if pixels.ndim != 2:
        raise ValueError(f"draw_image needs (height, width), not {pixels.shape}")
    if len(pixels) % 2:
        pixels = np.vstack([pixels, np.zeros_like(pixels[:1])])
    pairs = (pixels[0::2] + pixels[1::2]) / 2
    top = max(float(pixels.max()), 1e-12)
    shades = BLOCKS if unicode else SHADES
    levels = np.clip(np.ceil(pairs / top * (len(shades) - 1)), 0, len(shades) - 1).astype(int)
    return ["".join(shades[level] for level in row) for row in levels]

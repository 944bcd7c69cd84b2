"""A batch of pictures as an array of uint8, channels last, and letters on it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from geartrain.defaults import image_data_format
from geartrain.errors import explain

Array = np.ndarray[Any, Any]


def as_array(x: Any) -> Array:
    """The numbers of a tensor, or of what NumPy takes."""
    return np.asarray(x.numpy() if hasattr(x, "numpy") else x)


def as_batch(images: Any, data_format: str | None = None) -> Array:
    """Pictures as `(batch, height, width, channels)`, a copy that may be drawn on.

    Raises:
        ValueError: it is no batch.
    """
    pictures = as_array(images)
    if pictures.ndim != 4:
        raise ValueError(_batch_message(pictures.shape))
    if (data_format or image_data_format()) == "channels_first":
        pictures = np.moveaxis(pictures, 1, -1)
    return np.array(pictures)


def as_bytes(pictures: Array, value_range: Any = (0, 255)) -> Array:
    """The same as uint8, with colours: `value_range` becomes 0 to 255."""
    low, high = value_range
    scaled = (pictures.astype("float64") - low) / (high - low) * 255
    found = np.clip(scaled, 0, 255).astype("uint8")
    return np.repeat(found, 3, axis=-1) if found.shape[-1] == 1 else found


def pillow(part: str) -> Any:
    """A part of Pillow, which draws letters.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module(f"PIL.{part}")
    except ImportError as error:
        raise ImportError(
            explain(
                "Words on pictures need Pillow",
                given="a Python without it",
                expected="Pillow, which draws letters",
                remedy="pip install 'geartrain[pictures]'   (or: pip install pillow)",
            )
        ) from error


def write(picture: Array, words: str, at: tuple[int, int], colour: Any, size: float) -> Array:
    """A picture with words whose upper left corner is at (x, y)."""
    image = pillow("Image").fromarray(picture)
    font = pillow("ImageFont").load_default(size)
    pillow("ImageDraw").Draw(image).text(at, words, fill=tuple(map(int, colour)), font=font)
    return np.array(image)


def _batch_message(shape: tuple[int, ...]) -> str:
    return explain(
        "`images` must be batched 4D tensor",
        given=f"images of shape {shape}",
        expected="(batch, height, width, channels)",
        remedy="images[None] for one picture",
    )

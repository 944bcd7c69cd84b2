"""Images of files, as arrays and back. Pillow reads and writes them: the extra `images`."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.errors import explain, unknown_name
from geartrain.tensor import Array

MODES = {"grayscale": "L", "rgba": "RGBA", "rgb": "RGB"}
FORMATS = ("channels_last", "channels_first")
METHODS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def pillow() -> Any:
    """Pillow's `PIL.Image`.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module("PIL.Image")
    except ImportError:
        raise ImportError(
            explain(
                "Images of files need Pillow",
                given="an environment without it",
                expected="the package pillow",
                remedy="pip install pillow",
            )
        ) from None


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> Array:
    """An image of Pillow's as an array with three axes.

    Args:
        img: the image; an array is taken as well.
        data_format: "channels_last" (if None) or "channels_first".
        dtype: None is float32.

    Raises:
        ValueError: the rank is not 2 or 3, or there is no such data format.

    >>> img_to_array(np.zeros((4, 5))).shape
    (4, 5, 1)
    """
    first = _is_first(data_format)
    found = np.asarray(img, dtype=dtype or "float32")
    if found.ndim == 2:
        return found[None] if first else found[..., None]
    if found.ndim != 3:
        raise ValueError(_rank_message("img_to_array", found.shape))
    return found.transpose(2, 0, 1) if first else found


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Any:
    """An array with three axes as an image of Pillow's.

    Args:
        x: (height, width, channels), with 1, 3 or 4 channels.
        data_format: "channels_last" (if None) or "channels_first".
        scale: whether values are brought to 0 ... 255 first.
        dtype: to compute in; None is float32.

    Raises:
        ValueError: rank, channels or data format cannot be used.
        ImportError: Pillow is not installed.
    """
    image = pillow()
    array = np.asarray(x, dtype=dtype or "float32")
    if array.ndim != 3:
        raise ValueError(_rank_message("array_to_img", array.shape))
    array = array.transpose(1, 2, 0) if _is_first(data_format) else array
    if scale:
        array = array - array.min()
        most = array.max()
        array = array / most * 255 if most else array
    channels = array.shape[2]
    if channels == 1:
        wide = array.max() > 255  # 32 bits, where eight are too few
        return image.fromarray(array[:, :, 0].astype("int32" if wide else "uint8"))
    if channels not in (3, 4):
        raise ValueError(_channels_message(channels))
    return image.fromarray(array.astype("uint8"))


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: Any = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """An image of a file, as Pillow has it.

    Args:
        path: of the file, or an open one.
        color_mode: "rgb", "rgba" or "grayscale".
        target_size: (height, width) to resize it to; None: as it is.
        interpolation: "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos".
        keep_aspect_ratio: whether the middle is cut out first, so that nothing is squeezed.

    Raises:
        ValueError: a name is not known.
        TypeError: the path is none.
        ImportError: Pillow is not installed.
    """
    image = pillow()
    if color_mode not in MODES:
        remedy = "load_img(path, color_mode={})"
        raise ValueError(unknown_name("color mode", color_mode, MODES, remedy=remedy))
    if not isinstance(path, str | os.PathLike) and not hasattr(path, "read"):
        raise TypeError(_path_message(path))
    with image.open(path) as opened:
        opened.load()
        keeps = color_mode == "grayscale" and opened.mode in ("L", "I;16", "I")
        found = opened.copy() if keeps else opened.convert(MODES[color_mode])
    return (
        found
        if target_size is None
        else _resized(found, target_size, interpolation, cut=keep_aspect_ratio)
    )


def _resized(picture: Any, target_size: Any, interpolation: str, *, cut: bool) -> Any:
    if interpolation not in METHODS:
        remedy = "load_img(path, interpolation={})"
        raise ValueError(unknown_name("interpolation", interpolation, METHODS, remedy=remedy))
    method = getattr(pillow().Resampling, interpolation.upper())
    height, width = target_size
    if picture.size == (width, height):
        return picture
    box = _middle(picture.size, height, width) if cut else None
    return picture.resize((width, height), method, box)


def _middle(size: tuple[int, int], height: int, width: int) -> tuple[int, int, int, int]:
    """The largest part from the middle that has the proportions of the target."""
    whole_width, whole_height = size
    kept_height = min(whole_height, whole_width * height // width)
    kept_width = min(whole_width, whole_height * width // height)
    left, top = (whole_width - kept_width) // 2, (whole_height - kept_height) // 2
    return left, top, left + kept_width, top + kept_height


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write an array as an image.

    Args:
        path: of the file.
        x: (height, width, channels).
        data_format: "channels_last" (if None) or "channels_first".
        file_format: as "png"; None: as the file's name says.
        scale: whether values are brought to 0 ... 255 first.
        **kwargs: for Pillow's `save`.

    Raises:
        ImportError: Pillow is not installed.
    """
    picture = array_to_img(x, data_format=data_format, scale=scale)
    name = file_format or (Path(path).suffix.lstrip(".") if isinstance(path, str) else None)
    if picture.mode == "RGBA" and str(name).lower() in ("jpg", "jpeg"):
        picture = picture.convert("RGB")  # which has no transparency
    kind = "JPEG" if str(file_format).lower() == "jpg" else file_format
    picture.save(path, format=kind, **kwargs)


def smart_resize(
    x: Any,
    size: Any,
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    **kwargs: Any,  # noqa: ARG001
) -> Any:
    """Images in another size, without anything squeezed: the middle is cut out first.

    Args:
        x: an image or a batch of images.
        size: the new (height, width).
        interpolation: as of `ops.image.resize`.
        data_format: "channels_last" or "channels_first".
        **kwargs: taken for the sake of Keras's users.

    Returns:
        An array for an array, a tensor for a tensor.

    >>> smart_resize(np.ones((8, 6, 3), "float32"), (4, 4)).shape
    (4, 4, 3)
    """
    from geartrain import ops

    found = ops.image.resize(
        ops.cast(x, "float32"),
        size,
        interpolation=interpolation,
        crop_to_aspect_ratio=True,
        data_format=data_format,
    )
    return found.numpy() if isinstance(x, np.ndarray) else found


def _is_first(data_format: Any) -> bool:
    if data_format is not None and data_format not in FORMATS:
        remedy = "data_format={}"
        raise ValueError(unknown_name("data format", data_format, FORMATS, remedy=remedy))
    return bool(data_format == "channels_first")


def _rank_message(name: str, shape: Any) -> str:
    return explain(
        f"{name} takes one image",
        given=f"shape {tuple(shape)}",
        expected="(height, width, channels)",
        remedy="images[0], for the first of a batch",
    )


def _channels_message(channels: int) -> str:
    return explain(
        "An image has grey, three colours, or three and transparency",
        given=f"{channels} channels",
        expected="1, 3 or 4 on the last axis (set by data_format)",
        remedy="data_format='channels_first', if the channels stand before the height",
    )


def _path_message(path: Any) -> str:
    return explain(
        "load_img takes the path of a file",
        given=f"{type(path).__name__}",
        expected="a str, a pathlib.Path, or an open file",
        remedy="load_img('picture.png')",
    )

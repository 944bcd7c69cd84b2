"""Files of images: bytes to pixels and back, with Pillow."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.colors import convert_image_dtype
from geartrain.compat.tensorflow.texts import as_texts, scalar
from geartrain.errors import explain
from geartrain.tensor import Tensor
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "decode_bmp", "decode_gif", "decode_image", "decode_jpeg", "decode_png", "encode_jpeg",
    "encode_png",
]  # fmt: skip

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(_missing_message()) from None
    return Image


def _frames(contents: Any, channels: int) -> list[Any]:
    """The pixels of each frame of a file."""
    from PIL import ImageSequence, UnidentifiedImageError

    data = as_texts(contents).numpy()
    try:
        picture = _pillow().open(io.BytesIO(data))
    except UnidentifiedImageError:
        raise ValueError(_format_message(data)) from None
    with picture:
        mode = MODES[channels] if channels else _own_mode(picture)
        frames = [np.asarray(each.convert(mode)) for each in ImageSequence.Iterator(picture)]
    return [each if each.ndim == 3 else each[:, :, None] for each in frames]


def _own_mode(picture: Any) -> str:
    """The mode of a picture's own channels; colours that are looked up are RGB."""
    mode = str(picture.mode)
    return mode if mode in MODES.values() else "L" if mode in ("1", "I;16", "I") else "RGB"


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """The pixels of a file of any format; of one that moves, all frames."""
    frames = _frames(contents, channels or 0)
    moves = len(frames) > 1 and expand_animations
    pixels = ops.convert_to_tensor(np.stack(frames) if moves else frames[0])
    return convert_image_dtype(pixels, dtype)


def decode_png(
    contents: Any, channels: int = 0, dtype: Any = "uint8", name: str | None = None
) -> Tensor:
    """The pixels of a PNG; `channels` 0 keeps those of the file."""
    return convert_image_dtype(ops.convert_to_tensor(_frames(contents, channels)[0]), dtype)


def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """The pixels of a JPEG; `channels` 0 keeps those of the file."""
    return ops.convert_to_tensor(_frames(contents, channels)[0])


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Tensor:
    """The pixels of a BMP; `channels` 0 keeps those of the file."""
    return ops.convert_to_tensor(_frames(contents, channels)[0])


def decode_gif(contents: Any, name: str | None = None) -> Tensor:
    """All frames of a GIF."""
    return ops.convert_to_tensor(np.stack(_frames(contents, 3)))


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> TextTensor:
    """An image as the bytes of a PNG."""
    options = {} if compression < 0 else {"compress_level": compression}
    return _encoded(image, "PNG", **options)


def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> TextTensor:
    """An image as the bytes of a JPEG."""
    sampling = 2 if chroma_downsampling else 0
    return _encoded(image, "JPEG", quality=quality, progressive=progressive, subsampling=sampling)


def _encoded(image: Any, kind: str, **options: Any) -> TextTensor:
    pixels = ops.convert_to_numpy(image)
    if pixels.dtype != np.uint8:
        raise TypeError(_pixels_message(pixels))
    file = io.BytesIO()
    picture = _pillow().fromarray(pixels[:, :, 0] if pixels.shape[-1] == 1 else pixels)
    picture.save(file, kind, **options)
    return scalar(file.getvalue())


def _missing_message() -> str:
    return explain(
        "Files of images need Pillow",
        given="an environment without it",
        expected="the package pillow",
        remedy="pip install 'geartrain[pictures]'",
    )


def _format_message(data: bytes) -> str:
    return explain(
        "This is no image of a known format",
        given=f"{len(data)} bytes that begin with {data[:8]!r}",
        expected="a PNG, JPEG, GIF, BMP or another format that Pillow reads",
        remedy="tf.io.read_file(path), of the path of an image",
    )


def _pixels_message(pixels: Any) -> str:
    return explain(
        "Pixels of a file are whole numbers from 0 to 255",
        given=f"an image of {pixels.dtype}",
        expected="uint8",
        remedy="tf.image.convert_image_dtype(image, tf.uint8, saturate=True)",
    )

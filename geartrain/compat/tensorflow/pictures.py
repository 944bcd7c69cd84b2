"""Files of images: bytes to pixels and back, with Pillow."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.tensorflow.colors import convert_image_dtype
from geartrain.compat.tensorflow.dtypes import as_dtype
from geartrain.compat.tensorflow.texts import as_texts, scalar
from geartrain.errors import explain
from geartrain.tensor import Tensor
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "decode_bmp", "decode_gif", "decode_image", "decode_jpeg", "decode_png", "encode_jpeg",
    "encode_png",
]  # fmt: skip

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
RATIOS = (1, 2, 4, 8)  # at which a JPEG's cosine transform can be undone


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(_missing_message()) from None
    return Image


def _frames(contents: Any, channels: int, ratio: int = 1, deep: bool = False) -> list[Any]:
    """The pixels of each frame of a file: of a JPEG at a share of its size, `deep` with 16 bits."""
    from PIL import ImageSequence, UnidentifiedImageError

    data = as_texts(contents).numpy()
    try:
        picture = _pillow().open(io.BytesIO(data))
    except UnidentifiedImageError:
        raise ValueError(_format_message(data)) from None
    with picture:
        mode = MODES[channels] if channels else _own_mode(picture)
        if ratio > 1:
            picture.draft(None, (picture.width // ratio, picture.height // ratio))
        frames = [_pixels(each, mode, deep) for each in ImageSequence.Iterator(picture)]
    return [each if each.ndim == 3 else each[:, :, None] for each in frames]


def _pixels(picture: Any, mode: str, deep: bool) -> Any:
    """The bytes of a picture in a mode; grey of 16 bits is kept, or gives its upper eight."""
    if not picture.mode.startswith("I;16"):
        return np.asarray(picture.convert(mode))
    grey = np.asarray(picture)
    if deep:
        return np.stack([grey] * (3 if mode == "RGB" else 1), -1).astype(np.uint16)
    return np.asarray(_pillow().fromarray((grey >> 8).astype(np.uint8)).convert(mode))


def _own_mode(picture: Any) -> str:
    """The mode of a picture's own channels; colours that are looked up are RGB."""
    mode = str(picture.mode)
    return mode if mode in MODES.values() else "L" if mode in ("1", "I;16", "I;16B", "I") else "RGB"


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """The pixels of a file of any format; of one that moves, all frames."""
    frames = _frames(contents, channels or 0, deep=as_dtype(dtype).name != "uint8")
    moves = len(frames) > 1 and expand_animations
    pixels = ops.convert_to_tensor(np.stack(frames) if moves else frames[0])
    return convert_image_dtype(pixels, dtype)


def decode_png(
    contents: Any, channels: int = 0, dtype: Any = "uint8", name: str | None = None
) -> Tensor:
    """The pixels of a PNG; `channels` 0 keeps those of the file."""
    pixels = _frames(contents, channels, deep=as_dtype(dtype).name != "uint8")[0]
    return convert_image_dtype(ops.convert_to_tensor(pixels), dtype)


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
    """The pixels of a JPEG; `channels` 0 keeps those of the file, `ratio` 2, 4 or 8 is a share.

    Raises:
        ValueError: another ratio; pixels of a file that was cut off are asked for.
    """
    if ratio not in RATIOS or try_recover_truncated:
        raise ValueError(_jpeg_message(ratio, try_recover_truncated))
    return ops.convert_to_tensor(_frames(contents, channels, ratio)[0])


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
    inches = 2.54 if density_unit == "cm" else 1
    return _encoded(
        image,
        "JPEG",
        quality=quality,
        progressive=progressive,
        optimize=optimize_size,
        subsampling=2 if chroma_downsampling else 0,
        dpi=(round(x_density * inches), round(y_density * inches)),
        **({"xmp": xmp_metadata.encode()} if xmp_metadata else {}),
    )


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


def _jpeg_message(ratio: int, recover: bool) -> str:
    return explain(
        "A JPEG is read whole, at its size or at a share of it",
        given=f"ratio={ratio}, try_recover_truncated={recover}",
        expected=f"a ratio of {', '.join(map(str, RATIOS))}, and try_recover_truncated=False",
        remedy="tf.image.resize for another size; read the file again if it was cut off",
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

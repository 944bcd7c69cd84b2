"""The colours of images: their range, brightness, contrast, saturation and hue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain import ops
from geartrain import random as draws
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.ops import image as pictures
from geartrain.tensor import Tensor
from geartrain.tensor import as_dtype as number_dtype

__all__ = [
    "adjust_brightness", "adjust_contrast", "adjust_gamma", "adjust_hue", "adjust_saturation",
    "convert_image_dtype", "grayscale_to_rgb", "hsv_to_rgb", "per_image_standardization",
    "random_brightness", "random_contrast", "random_hue", "random_saturation", "rgb_to_grayscale",
    "rgb_to_hsv", "rgb_to_yuv", "yuv_to_rgb",
]  # fmt: skip

# Of ITU-R BT.601: luma weights, and the two differences of colour.
YUV = (
    (0.299, -0.14714119, 0.61497538),
    (0.587, -0.28886916, -0.51496512),
    (0.114, 0.43601035, -0.10001026),
)
RGB = ((1.0, 1.0, 1.0), (0.0, -0.394642334, 2.03206185), (1.13988303, -0.58062185, 0.0))


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Tensor:
    """The image in another dtype, its colours in the range that belongs to that.

    >>> convert_image_dtype(np.array([0, 255], "uint8"), "float32").tolist()
    [0.0, 1.0]
    """
    tensor, wanted = ops.convert_to_tensor(image), number_dtype(dtype)
    if tensor.dtype == wanted:
        return tensor
    has_floats, wants_floats = (each.kind == "f" for each in (tensor.dtype, wanted))
    if has_floats and wants_floats:
        return ops.cast(tensor, wanted)
    if has_floats:
        scaled = ops.multiply(tensor, float(np.iinfo(wanted).max) + 0.5)
        return ops.saturate_cast(scaled, wanted) if saturate else ops.cast(scaled, wanted)
    if wants_floats:
        return ops.multiply(ops.cast(tensor, wanted), 1.0 / float(np.iinfo(tensor.dtype).max))
    return _between_integers(tensor, wanted, saturate=saturate)


def _between_integers(tensor: Tensor, wanted: Any, *, saturate: bool) -> Tensor:
    old, new = int(np.iinfo(tensor.dtype).max), int(np.iinfo(wanted).max)
    if old > new:
        small = ops.floor_divide(tensor, (old + 1) // (new + 1))
        return ops.saturate_cast(small, wanted) if saturate else ops.cast(small, wanted)
    return ops.multiply(ops.cast(tensor, wanted), (new + 1) // (old + 1))


def _in_floats(change: Callable[[Tensor], Tensor], image: Any) -> Tensor:
    """An image changed in floats, in the dtype that it had."""
    tensor = ops.convert_to_tensor(image)
    changed = change(convert_image_dtype(tensor, "float32"))
    return convert_image_dtype(changed, tensor.dtype, saturate=True)


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """A number added to all colours."""
    return _in_floats(lambda x: ops.add(x, ops.cast(delta, "float32")), image)


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """The distance of each colour from the mean of its channel so many times as large."""

    def change(x: Tensor) -> Tensor:
        mean = ops.mean(x, (-3, -2), keepdims=True)
        return (x - mean) * contrast_factor + mean

    return _in_floats(change, images)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """gain x^gamma."""
    return _in_floats(lambda x: ops.multiply(ops.power(x, gamma), gain), image)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """The hue moved on by a part of the circle."""

    def change(x: Tensor) -> Tensor:
        hue, saturation, value = _hsv(x)
        return _rgb(ops.mod(hue + delta, 1.0), saturation, value)

    return _in_floats(change, image)


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """The saturation so many times as large."""

    def change(x: Tensor) -> Tensor:
        hue, saturation, value = _hsv(x)
        return _rgb(hue, ops.clip(saturation * saturation_factor, 0, 1), value)

    return _in_floats(change, image)


def _hsv(image: Tensor) -> list[Tensor]:
    return ops.split(pictures.rgb_to_hsv(image, "channels_last"), 3, -1)


def _rgb(*parts: Tensor) -> Tensor:
    return pictures.hsv_to_rgb(ops.concatenate(parts, -1), "channels_last")


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """A random number up to `max_delta`, above or below 0, added to all colours."""
    return adjust_brightness(image, draws.uniform((), -max_delta, max_delta, seed=seed))


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """The contrast a random number of times as large."""
    return adjust_contrast(image, draws.uniform((), lower, upper, seed=seed))


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """The hue moved on by a random part of the circle."""
    return adjust_hue(image, draws.uniform((), -max_delta, max_delta, seed=seed))


def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """The saturation a random number of times as large."""
    return adjust_saturation(image, draws.uniform((), lower, upper, seed=seed))


def per_image_standardization(image: Any) -> Tensor:
    """(x - mean) / max(deviation, 1 / sqrt(pixels)), for each image."""
    tensor = ops.cast(image, "float32")
    axes, count = (-3, -2, -1), float(np.prod(sizes_of(tensor)[-3:]))
    mean = ops.mean(tensor, axes, keepdims=True)
    return (tensor - mean) / ops.maximum(ops.std(tensor, axes, keepdims=True), count**-0.5)


def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """The brightness: 0.2989 red + 0.587 green + 0.114 blue."""
    weights = np.array([0.2989, 0.5870, 0.1140], "float32").reshape(3, 1)
    tensor = ops.convert_to_tensor(images)
    gray = ops.matmul(convert_image_dtype(tensor, "float32"), weights)
    return convert_image_dtype(gray, tensor.dtype)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """The brightness in each of three channels."""
    return ops.repeat(images, 3, -1)


def rgb_to_hsv(images: Any, name: str | None = None) -> Tensor:
    """Hue, saturation and value of colours from 0 to 1."""
    return pictures.rgb_to_hsv(images, "channels_last")


def hsv_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Red, green and blue of hue, saturation and value."""
    return pictures.hsv_to_rgb(images, "channels_last")


def rgb_to_yuv(images: Any) -> Tensor:
    """Brightness and two differences of colour."""
    return ops.matmul(images, np.array(YUV, "float32"))


def yuv_to_rgb(images: Any) -> Tensor:
    """What `rgb_to_yuv` came from."""
    return ops.matmul(images, np.array(RGB, "float32"))

"""Colours: grey, and hue, saturation and value.

Source: Smith, "Color gamut transform pairs" (1978), for the hexcone model of hue and saturation.
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.ops.comparison import choose, equal, less, less_equal
from geartrain.ops.core import cast
from geartrain.ops.elementwise import absolute, clip, maximum, minimum
from geartrain.ops.image.layout import Layout, computable, read_images
from geartrain.ops.joining import concatenate
from geartrain.ops.rounding import mod
from geartrain.ops.shaping import cut_out
from geartrain.tensor import Tensor, format_shape

__all__ = ["hsv_to_rgb", "rgb_to_grayscale", "rgb_to_hsv"]

BRIGHTNESS = (0.2989, 0.587, 0.114)  # of red, green and blue to the eye: ITU-R BT.601


def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Tensor:
    """How bright each pixel is: 0.2989 red + 0.587 green + 0.114 blue.

    Args:
        images: an image or a batch of images, with 3 channels, or 1, which is left as it is, of
            any dtype, which the result has as well (without what stands behind the point).
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, 3) or (batch, height, width, 3); with "channels_first" the channels stand
        before the height.

    Output shape:
        The same, with 1 channel.

    Raises:
        ValueError: the rank, the channels or the data format cannot be used.
    """
    tensor, layout = read_images("rgb_to_grayscale", images, data_format)
    if tensor.shape[layout.channels] == 1:
        return tensor
    red, green, blue = _channels("rgb_to_grayscale", computable(tensor), layout)
    grey = red * BRIGHTNESS[0] + green * BRIGHTNESS[1] + blue * BRIGHTNESS[2]
    return cast(grey, tensor.dtype)


def rgb_to_hsv(images: Any, data_format: str | None = None) -> Tensor:
    """Hue, saturation and value of each pixel, from 0 to 1.

    Value is the strongest channel, saturation how far the weakest lies below it, as a part of it,
    and hue the angle on the circle of colours: 0 is red, 1/3 green and 2/3 blue. The hue of grey
    is 0, and the saturation of black.

    Args:
        images: an image or a batch of images, with 3 channels from 0 to 1, of a floating dtype.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, 3) or (batch, height, width, 3); with "channels_first" the channels stand
        before the height.

    Output shape:
        The same.

    Raises:
        ValueError: the rank, the channels, the dtype or the data format cannot be used.
    """
    tensor, layout = read_images("rgb_to_hsv", images, data_format)
    _check_floating("rgb_to_hsv", tensor)
    red, green, blue = _channels("rgb_to_hsv", computable(tensor), layout)
    value = maximum(maximum(red, green), blue)
    span = value - minimum(minimum(red, green), blue)
    is_grey, is_black = equal(span, 0), less_equal(value, 0)
    sixth = 6 * choose(is_grey, 1.0, span)
    hue = choose(
        equal(value, red),
        (green - blue) / sixth,
        choose(equal(value, green), (blue - red) / sixth + 2 / 6, (red - green) / sixth + 4 / 6),
    )
    turned = choose(is_grey, 0.0, choose(less(hue, 0), hue + 1, hue))
    saturation = choose(is_black, 0.0, span / choose(is_black, 1.0, value))
    return cast(concatenate([turned, saturation, value], layout.channels), tensor.dtype)


def hsv_to_rgb(images: Any, data_format: str | None = None) -> Tensor:
    """Red, green and blue of each pixel, from its hue, saturation and value: undoes `rgb_to_hsv`.

    Args:
        images: an image or a batch of images, with 3 channels from 0 to 1, of a floating dtype.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, 3) or (batch, height, width, 3); with "channels_first" the channels stand
        before the height.

    Output shape:
        The same.

    Raises:
        ValueError: the rank, the channels, the dtype or the data format cannot be used.
    """
    tensor, layout = read_images("hsv_to_rgb", images, data_format)
    _check_floating("hsv_to_rgb", tensor)
    hue, saturation, value = _channels("hsv_to_rgb", computable(tensor), layout)
    angle = mod(hue, 1.0) * 6
    pure = [
        clip(absolute(angle - 3) - 1, 0.0, 1.0),
        clip(2 - absolute(angle - 2), 0.0, 1.0),
        clip(2 - absolute(angle - 4), 0.0, 1.0),
    ]
    mixed = [(1 - saturation + saturation * each) * value for each in pure]
    return cast(concatenate(mixed, layout.channels), tensor.dtype)


def _channels(operation: str, images: Tensor, layout: Layout) -> list[Tensor]:
    """The three channels, each an image with one."""
    axis = layout.channels
    if images.shape[axis] != 3:
        raise ValueError(_channels_message(operation, images, axis))
    return [cut_out(images, axis, place, place + 1) for place in range(3)]


def _check_floating(operation: str, images: Tensor) -> None:
    if images.dtype.kind in "biuc":
        raise ValueError(
            explain(
                f"{operation} takes images of a floating dtype",
                given=f"images of {images.dtype.name}",
                expected="numbers from 0 to 1",
                remedy="ops.cast(images, 'float32') / 255",
            )
        )


def _channels_message(operation: str, images: Tensor, axis: int) -> str:
    return explain(
        f"{operation} takes images of three channels",
        given=f"images of shape {format_shape(images.shape)}",
        expected=f"3 places on axis {axis} (set by data_format)",
        axis=f"axis {axis}: {images.shape[axis]} against 3",
        remedy="data_format='channels_first', if the channels stand before the height",
    )

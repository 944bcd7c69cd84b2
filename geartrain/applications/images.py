"""The shape of the images that a network takes, and its entrance.

image_shape(request, size=224, smallest=32)   ->   (224, 224, 3)
entrance(request, shape)                      ->   a symbolic tensor (None, 224, 224, 3)
"""

from __future__ import annotations

import warnings
from typing import Any

from geartrain.applications.request import SHARED, Request
from geartrain.config import image_data_format
from geartrain.defaults import DEFAULTS
from geartrain.errors import explain
from geartrain.layers import Input
from geartrain.symbolic import is_keras_tensor

COLOURS = 3

Shape = tuple[int | None, ...]


def channel_axis() -> int:
    """Which axis of a batch of images the channels are: 3, or 1 for "channels_first"."""
    return 1 if image_data_format() == "channels_first" else 3


def height_and_width(images: Any) -> tuple[Any, Any]:
    """The sizes of the two axes of space; None where they are not known."""
    first = 2 if channel_axis() == 1 else 1
    height, width = images.shape[first : first + 2]
    return height, width


def has_colours(images: Any) -> bool:
    """Whether images have three channels."""
    return bool(images.shape[channel_axis()] == COLOURS)


def image_shape(request: Request, size: int, smallest: int, any_size: bool = False) -> Shape:
    """The shape of one image: what was asked for, or else the network's own.

    Args:
        request: `input_shape`, `include_top` and `weights` are looked at.
        size: of the network's own images, which are square.
        smallest: the least height and width that its steps leave something of.
        any_size: whether its last layers, too, take images of any size.

    Raises:
        ValueError: the shape is of another rank, too small, has other channels than the weights,
            another size than the dense layers, or a size that they would have to know.
    """
    shape = None if request.input_shape is None else tuple(request.input_shape)
    own = _laid_out(size, size, _channels(request, shape))
    fixed = request.include_top and not any_size
    if request.is_trained and fixed:
        if shape not in (None, own):
            raise ValueError(_fixed_message(request, shape, own))
        return own
    if shape is not None:
        _check(request, shape, smallest)
    elif fixed:
        shape = own
    else:
        shape = _laid_out(None, None, COLOURS)
    if fixed and None in shape:
        raise ValueError(_unknown_size_message(request, shape, own))
    return shape


def obtain_input_shape(
    input_shape: Shape | None,
    default_size: int,
    min_size: int,
    data_format: str,
    require_flatten: bool,
    weights: Any = None,
) -> Shape:
    """The shape of one image, for networks of one's own that are asked for as those of this room.

    Args:
        input_shape: what was asked for, or None.
        default_size: of the network's own images, which are square.
        min_size: the least height and width.
        data_format: "channels_last" or "channels_first".
        require_flatten: whether the network's last layers have to know the size.
        weights: "imagenet" asks for three channels.

    Raises:
        ValueError: as the networks themselves.

    >>> obtain_input_shape(None, 299, 139, "channels_last", require_flatten=True)
    (299, 299, 3)
    """
    given = dict.fromkeys(SHARED) | {
        "input_shape": input_shape, "include_top": require_flatten, "weights": weights
    }  # fmt: skip
    usual, DEFAULTS.image_data_format = DEFAULTS.image_data_format, data_format
    try:
        return image_shape(Request.of("the network", given), default_size, min_size)
    finally:
        DEFAULTS.image_data_format = usual


def _laid_out(height: int | None, width: int | None, channels: int) -> Shape:
    first = channel_axis() == 1
    return (channels, height, width) if first else (height, width, channels)


def _channels(request: Request, shape: Shape | None) -> int:
    """How many channels an image has; other numbers than 1 and 3 are said aloud."""
    if request.is_trained or shape is None or len(shape) != 3:
        return COLOURS
    channels = shape[channel_axis() - 1]
    if channels not in (1, COLOURS):
        warnings.warn(
            f"{request.network} usually has 1 or 3 channels, and gets input_shape={shape}, "
            f"with {channels}.",
            stacklevel=6,
        )
    return channels or COLOURS


def _check(request: Request, shape: Shape, smallest: int) -> None:
    if len(shape) != 3:
        raise ValueError(_rank_message(request, shape))
    at = channel_axis() - 1
    if request.is_trained and shape[at] != COLOURS:
        raise ValueError(_colours_message(request, shape))
    sizes = [each for axis, each in enumerate(shape) if axis != at]
    if any(each is not None and each < smallest for each in sizes):
        raise ValueError(_small_message(request, shape, smallest))


def entrance(request: Request, shape: Shape) -> Any:
    """The symbolic images that the network begins with.

    `input_tensor` is taken as it is, if it is a symbolic one; another gives its shape and dtype.
    """
    given = request.input_tensor
    if given is None:
        return Input(shape)
    return given if is_keras_tensor(given) else Input(tensor=given, shape=shape)


def _fixed_message(request: Request, shape: Shape, own: Shape) -> str:
    return explain(
        f"The trained {request.network} with its last layers takes images of one size",
        given=f"include_top=True, input_shape={shape}",
        expected=f"input_shape={own}, or a network without its last layers",
        remedy=f"{request.network}(include_top=False, input_shape={shape})",
    )


def _unknown_size_message(request: Request, shape: Shape, own: Shape) -> str:
    return explain(
        f"{request.network} with its last layers must know the size of its images",
        given=f"include_top=True, input_shape={shape}",
        expected="a height and a width",
        axis="the one that is None",
        remedy=f"{request.network}(include_top=False), or input_shape={own}",
    )


def _rank_message(request: Request, shape: Shape) -> str:
    return explain(
        f"{request.network} takes images with three axes",
        given=f"input_shape={shape}",
        expected="(height, width, channels), without the batch",
        axis=f"rank: {len(shape)} against 3",
        remedy=f"{request.network}(weights=None, input_shape=(224, 224, 3))",
    )


def _colours_message(request: Request, shape: Shape) -> str:
    return explain(
        f"The trained {request.network} looks at three colours",
        given=f"weights='imagenet', input_shape={shape}",
        expected="3 channels",
        axis="the channels",
        remedy="images of one channel: ops.repeat(images, 3, axis=-1)",
    )


def _small_message(request: Request, shape: Shape, smallest: int) -> str:
    return explain(
        f"These images are too small for {request.network}",
        given=f"input_shape={shape}",
        expected=f"a height and a width of at least {smallest}",
        remedy=f"{request.network}(weights=None, input_shape=({smallest}, {smallest}, 3))",
    )

"""Images with some of their edge cut off, or with zeros around them."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.ops.core import whole_number
from geartrain.ops.image.layout import image_size, read_images
from geartrain.ops.padding import pad
from geartrain.ops.shaping import cut_out
from geartrain.tensor import Tensor

__all__ = ["crop_images", "pad_images"]


def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """The images without some of their edge.

    Of `top_cropping`, `bottom_cropping` and `target_height` two are given; the third follows.
    The same holds of left, right and width.

    Args:
        images: an image or a batch of images, of any dtype, which the result has as well.
        top_cropping: how many rows are cut off at the top.
        left_cropping: how many columns are cut off at the left.
        bottom_cropping: how many rows are cut off at the bottom.
        right_cropping: how many columns are cut off at the right.
        target_height: how many rows are left.
        target_width: how many columns are left.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same, with the new height and width.

    Raises:
        ValueError: not two of three are given, or they do not fit, or the rank or the data format
            cannot be used.
    """
    tensor, layout = read_images("crop_images", images, data_format)
    height, width = image_size("crop_images", tensor, layout)
    rows = ("top_cropping", top_cropping), ("bottom_cropping", bottom_cropping)
    columns = ("left_cropping", left_cropping), ("right_cropping", right_cropping)
    top, kept, _ = _solved("crop_images", height, *rows, ("target_height", target_height), -1)
    left, wide, _ = _solved("crop_images", width, *columns, ("target_width", target_width), -1)
    down, right = layout.spatial
    return cut_out(cut_out(tensor, down, top, top + kept), right, left, left + wide)


def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """The images with zeros around them.

    Of `top_padding`, `bottom_padding` and `target_height` two are given; the third follows. The
    same holds of left, right and width.

    Args:
        images: an image or a batch of images, of any dtype, which the result has as well.
        top_padding: how many rows of zeros are put on top.
        left_padding: how many columns of zeros are put at the left.
        bottom_padding: how many rows of zeros are put at the bottom.
        right_padding: how many columns of zeros are put at the right.
        target_height: how many rows there are then.
        target_width: how many columns there are then.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same, with the new height and width.

    Raises:
        ValueError: not two of three are given, or they do not fit, or the rank or the data format
            cannot be used.
    """
    tensor, layout = read_images("pad_images", images, data_format)
    height, width = image_size("pad_images", tensor, layout)
    rows = ("top_padding", top_padding), ("bottom_padding", bottom_padding)
    columns = ("left_padding", left_padding), ("right_padding", right_padding)
    top, _, bottom = _solved("pad_images", height, *rows, ("target_height", target_height), 1)
    left, _, right = _solved("pad_images", width, *columns, ("target_width", target_width), 1)
    widths = [(0, 0)] * tensor.ndim
    widths[layout.spatial[0]] = (top, bottom)
    widths[layout.spatial[1]] = (left, right)
    return pad(tensor, widths)


Named = tuple[str, int | None]


def _solved(
    operation: str, size: int, before: Named, behind: Named, target: Named, sign: int
) -> tuple[int, int, int]:
    """Edge, new size and other edge, of which two are given: target = size ± (before + behind)."""
    given = (before, behind, target)
    known = [None if value is None else whole_number(value) for _, value in given]
    if sum(each is None for each in known) != 1:
        raise ValueError(_two_message(operation, given))
    first, last, new = known
    if new is None:
        new = size + sign * ((first or 0) + (last or 0))
    change = sign * (new - size)
    first = change - (last or 0) if first is None else first
    last = change - first if last is None else last
    found = zip((before[0], behind[0], target[0]), (first, last, new), strict=True)
    for name, value in found:
        if value < 0:
            raise ValueError(_negative_message(operation, name, value, size, given))
    return first, new, last


def _listed(given: tuple[Named, ...]) -> str:
    return ", ".join(f"{name}={value}" for name, value in given)


def _two_message(operation: str, given: tuple[Named, ...]) -> str:
    return explain(
        f"{operation} needs two of three numbers, from which the third follows",
        given=_listed(given),
        expected="two numbers, and None for the third",
        remedy=f"{given[2][0]}=None",
    )


def _negative_message(
    operation: str, name: str, value: int, size: int, given: tuple[Named, ...]
) -> str:
    return explain(
        f"{operation} cannot use these numbers",
        given=f"{_listed(given)}, for {size} places",
        expected="numbers from 0 on",
        axis=f"{name} would be {value}",
        remedy="ops.image.resize(images, size, crop_to_aspect_ratio=True), for another size",
    )

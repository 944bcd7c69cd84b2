"""Changes of one image, by themselves: Keras 2's functions of `preprocessing.image`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.preprocessing.affine import apply_affine_transform
from geartrain.tensor import Array
from geartrain.utils.images import array_to_img, img_to_array

Random = Any  # a `numpy.random.RandomState`, or the module, whose state users seed


def flip_axis(x: Array, axis: int) -> Array:
    """An image turned around along an axis."""
    return np.asarray(np.flip(x, axis))


def apply_channel_shift(
    x: Array,
    intensity: float,
    channel_axis: int = 0,  # noqa: ARG001  (all channels alike)
) -> Array:
    """A number added everywhere, within the range that the image has."""
    return np.asarray(np.clip(x + intensity, x.min(), x.max()))


def apply_brightness_shift(x: Array, brightness: float, scale: bool = True) -> Array:
    """An image made brighter by a factor, in steps of 1/255; Pillow does it.

    Args:
        x: (rows, columns, channels).
        brightness: 1 leaves it as it is, 0 makes it black.
        scale: whether it is brought to 0 ... 255 first.
    """
    least, most = float(x.min()), float(x.max())
    wide = least < 0 or most > 255
    picture = array_to_img(x, scale=wide or scale)
    changed = import_module("PIL.ImageEnhance").Brightness(picture).enhance(brightness)
    found = img_to_array(changed)
    return found / 255 * (most - least) + least if wide and not scale else found


def random_rotation(
    x: Array,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """An image turned by up to `rg` degrees."""
    theta = np.random.uniform(-rg, rg)  # noqa: NPY002
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, theta, 0, 0, 0, 1, 1, *axes, fill_mode, cval, interpolation_order
    )


def random_shift(
    x: Array,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """An image moved by up to a share of its width and of its height."""
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]  # noqa: NPY002
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]  # noqa: NPY002
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, 0, tx, ty, 0, 1, 1, *axes, fill_mode, cval, interpolation_order
    )


def random_shear(
    x: Array,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """An image sheared by up to so many degrees."""
    shear = np.random.uniform(-intensity, intensity)  # noqa: NPY002
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, 0, 0, 0, shear, 1, 1, *axes, fill_mode, cval, interpolation_order
    )


def random_zoom(
    x: Array,
    zoom_range: Any,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """An image zoomed by factors between two numbers."""
    if len(zoom_range) != 2:
        raise ValueError(pair_message("zoom_range", zoom_range, "[0.8, 1.2]"))
    least, most = zoom_range
    zx, zy = (1, 1) if least == 1 == most else np.random.uniform(least, most, 2)  # noqa: NPY002
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(
        x, 0, 0, 0, 0, zx, zy, *axes, fill_mode, cval, interpolation_order
    )


def random_channel_shift(x: Array, intensity_range: float, channel_axis: int = 0) -> Array:
    """A number up to `intensity_range` added everywhere."""
    drawn = np.random.uniform(-intensity_range, intensity_range)  # noqa: NPY002
    return apply_channel_shift(x, drawn, channel_axis)


def random_brightness(x: Array, brightness_range: Any, scale: bool = True) -> Array:
    """An image made brighter by a factor between two numbers."""
    if len(brightness_range) != 2:
        raise ValueError(pair_message("brightness_range", brightness_range, "(0.5, 1.5)"))
    return apply_brightness_shift(x, np.random.uniform(*brightness_range), scale)  # noqa: NPY002


def pair_message(name: str, given: Any, example: str) -> str:
    """What is wrong with a range that is no pair."""
    return explain(
        f"`{name}` says from where to where",
        given=f"{name}={given!r}",
        expected="two numbers",
        remedy=f"{name}={example}",
    )

"""`tf.image`: images resized, cut, turned and changed in colour.

An image is (height, width, channels), a batch has an axis before. Colours are numbers from 0 to 1
in floats, and to the largest number in integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain import random as draws
from geartrain.compat.tensorflow import stateless
from geartrain.compat.tensorflow.boxes import draw_bounding_boxes, non_max_suppression
from geartrain.compat.tensorflow.colors import *
from geartrain.compat.tensorflow.pictures import (
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    encode_jpeg,
    encode_png,
)
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.errors import explain, unknown_name
from geartrain.ops.image import extract_patches as _patches
from geartrain.ops.image import resize as _resized
from geartrain.ops.image import ssim as _ssim
from geartrain.tensor import Tensor

__all__ = [
    "ResizeMethod", "central_crop", "crop_and_resize", "crop_to_bounding_box", "decode_bmp",
    "decode_gif", "decode_image", "decode_jpeg", "decode_png", "draw_bounding_boxes", "encode_jpeg",
    "encode_png", "extract_patches", "flip_left_right", "flip_up_down", "image_gradients",
    "non_max_suppression", "pad_to_bounding_box", "psnr", "random_crop", "random_flip_left_right",
    "random_flip_up_down", "resize", "resize_with_crop_or_pad", "resize_with_pad", "rot90",
    "sobel_edges", "ssim", "stateless_random_brightness", "stateless_random_contrast",
    "stateless_random_crop", "stateless_random_flip_left_right", "stateless_random_flip_up_down",
    "stateless_random_hue", "stateless_random_saturation", "total_variation", "transpose",
]  # fmt: skip


class ResizeMethod:
    """How pixels of another size are made of those around them."""

    AREA = "area"
    BICUBIC = "bicubic"
    BILINEAR = "bilinear"
    GAUSSIAN = "gaussian"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    MITCHELLCUBIC = "mitchellcubic"
    NEAREST_NEIGHBOR = "nearest"


SOBEL = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "float32")
METHODS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", "area")


def resize(
    images: Any,
    size: Any,
    method: str = "bilinear",
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images in another size, as floats; "nearest" keeps the dtype.

    Args:
        images: one image or a batch.
        size: the new (height, width).
        method: "bilinear", "nearest", "bicubic", "lanczos3", "lanczos5", or "area": the mean of the
            pixels under a new one.
        preserve_aspect_ratio: whether an image only becomes as large as fits into `size`.
        antialias: whether a shrunk image weighs all the pixels that a new one stands for.
        name: taken.

    Raises:
        ValueError: there is no such method.

    >>> resize([[[0.0], [4.0]]], (1, 4)).numpy().ravel().tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    if method not in METHODS:
        raise ValueError(unknown_name("method", method, METHODS, remedy="method={}"))
    tensor = ops.convert_to_tensor(images)
    target = tuple(int(each) for each in np.asarray(size).tolist())
    if preserve_aspect_ratio:
        target = _inside(tensor, target)
    if method == "nearest":
        return _resized(tensor, target, "nearest", data_format="channels_last")
    floats = tensor if tensor.dtype.kind == "f" else ops.cast(tensor, "float32")
    if method == "area":
        return _by_area(floats, target)
    if tuple(sizes_of(floats)[-3:-1]) == target:
        return ops.cast(floats, "float32")
    found = _resized(floats, target, method, antialias, data_format="channels_last")
    return ops.cast(found, "float32")


def _inside(images: Tensor, size: tuple[int, ...]) -> tuple[int, ...]:
    """The largest size with the ratio of the images that fits into another."""
    high, wide = sizes_of(images)[-3:-1]
    scale = min(size[0] / high, size[1] / wide)
    return tuple(int(np.round(each * scale)) for each in (high, wide))


def _by_area(images: Tensor, size: tuple[int, ...]) -> Tensor:
    """Each new pixel is the mean of the pixels under it; those at its edge count in part."""
    for axis, new in zip((-3, -2), size, strict=True):
        weights = _shares(int(sizes_of(images)[axis]), new)
        turned = ops.moveaxis(images, axis, -1)
        images = ops.moveaxis(ops.matmul(turned, weights.T.astype(images.dtype)), -1, axis)
    return images


def _shares(old: int, new: int) -> Any:
    """How much of each old pixel lies under each new one, in parts of the new one."""
    edges = np.arange(new + 1) * (old / new)
    low, high = edges[:-1, None], edges[1:, None]
    places = np.arange(old)[None]
    return np.clip(np.minimum(high, places + 1) - np.maximum(low, places), 0, None) / (high - low)


def flip_left_right(image: Any) -> Tensor:
    """The image in a mirror."""
    return ops.flip(image, -2)


def flip_up_down(image: Any) -> Tensor:
    """The image upside down, in a mirror."""
    return ops.flip(image, -3)


def transpose(image: Any, name: str | None = None) -> Tensor:
    """Rows as columns."""
    return ops.swapaxes(image, -3, -2)


def rot90(image: Any, k: int = 1, name: str | None = None) -> Tensor:
    """The image turned to the left by a quarter, k times."""
    return ops.rot90(image, int(k), (-3, -2))


def _flipped_at_random(name: str, axis: int) -> Any:
    def function(image: Any, seed: int | None = None) -> Tensor:
        tensor = ops.convert_to_tensor(image)
        shape = (*sizes_of(tensor)[:-3], 1, 1, 1)
        return ops.where(
            ops.less(draws.uniform(shape, seed=seed), 0.5), ops.flip(tensor, axis), tensor
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = "The image, or with a probability of one half its mirror image."
    return function


random_flip_left_right = _flipped_at_random("random_flip_left_right", -2)
random_flip_up_down = _flipped_at_random("random_flip_up_down", -3)


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of a size, at a random place.

    Raises:
        ValueError: the part is larger than the whole.
    """
    tensor, wanted = ops.convert_to_tensor(value), tuple(int(each) for each in np.asarray(size))
    room = [has - part for has, part in zip(sizes_of(tensor), wanted, strict=True)]
    if min(room) < 0:
        raise ValueError(_crop_message(sizes_of(tensor), wanted))
    starts = [
        draws.randint((), 0, each + 1, seed=None if seed is None else seed + at) if each else 0
        for at, each in enumerate(room)
    ]
    return ops.slice(tensor, starts, wanted)


stateless_random_flip_left_right = stateless.without_amount(
    "random_flip_left_right", random_flip_left_right
)
stateless_random_flip_up_down = stateless.without_amount("random_flip_up_down", random_flip_up_down)
stateless_random_brightness = stateless.up_to("random_brightness", random_brightness)
stateless_random_hue = stateless.up_to("random_hue", random_hue)
stateless_random_contrast = stateless.between("random_contrast", random_contrast)
stateless_random_saturation = stateless.between(
    "random_saturation", random_saturation, optional=True
)
stateless_random_crop = stateless.of_a_size("random_crop", random_crop)


def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """The part of an image from a place on, of a size."""
    rows = slice(offset_height, offset_height + target_height)
    columns = slice(offset_width, offset_width + target_width)
    return ops.get_item(image, (..., rows, columns, slice(None)))


def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """The image at a place of a larger one, which is 0 elsewhere."""
    tensor = ops.convert_to_tensor(image)
    high, wide = sizes_of(tensor)[-3:-1]
    widths = [
        (offset_height, target_height - high - offset_height),
        (offset_width, target_width - wide - offset_width),
    ]
    return ops.pad(tensor, [*[(0, 0)] * (tensor.ndim - 3), *widths, (0, 0)])


def central_crop(image: Any, central_fraction: float) -> Tensor:
    """The middle of an image: a fraction of each side."""
    high, wide = sizes_of(image)[-3:-1]
    top = int((high - high * central_fraction) / 2)
    left = int((wide - wide * central_fraction) / 2)
    return crop_to_bounding_box(image, top, left, high - 2 * top, wide - 2 * left)


def resize_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Tensor:
    """The middle of an image, or the image in the middle of zeros: another size without scaling."""
    tensor = ops.convert_to_tensor(image)
    high, wide = sizes_of(tensor)[-3:-1]
    top, left = max(high - target_height, 0) // 2, max(wide - target_width, 0) // 2
    kept = min(high, target_height), min(wide, target_width)
    cut = crop_to_bounding_box(tensor, top, left, *kept)
    above, before = max(target_height - high, 0) // 2, max(target_width - wide, 0) // 2
    return pad_to_bounding_box(cut, above, before, target_height, target_width)


def resize_with_pad(
    image: Any,
    target_height: int,
    target_width: int,
    method: str = "bilinear",
    antialias: bool = False,
) -> Tensor:
    """The image as large as fits into a size, in the middle of zeros."""
    tensor = ops.convert_to_tensor(image)
    high, wide = (float(each) for each in sizes_of(tensor)[-3:-1])
    ratio = max(wide / target_width, high / target_height)
    new_high, new_wide = int(np.floor(high / ratio)), int(np.floor(wide / ratio))
    above = max(0, int(np.floor((target_height - high / ratio) / 2)))
    before = max(0, int(np.floor((target_width - wide / ratio) / 2)))
    small = resize(tensor, (new_high, new_wide), method, antialias=antialias)
    return pad_to_bounding_box(small, above, before, target_height, target_width)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """Boxes of images, each resized: a box is (y1, x1, y2, x2), from 0 to 1, corners included."""
    images, rows = ops.cast(image, "float32"), ops.convert_to_tensor(boxes)
    high, wide = (int(each) for each in sizes_of(images)[1:3])
    chosen = ops.take(images, box_indices, 0)
    ys = _along(rows[:, 0], rows[:, 2], int(crop_size[0]), high)
    xs = _along(rows[:, 1], rows[:, 3], int(crop_size[1]), wide)
    order = 0 if method == "nearest" else 1
    by_rows = _sampled(chosen, ys, high, 1, order)
    found = _sampled(by_rows, xs, wide, 2, order)
    inside_y = ops.logical_and(ops.greater_equal(ys, 0), ops.less_equal(ys, high - 1))
    inside_x = ops.logical_and(ops.greater_equal(xs, 0), ops.less_equal(xs, wide - 1))
    inside = ops.logical_and(inside_y[:, :, None, None], inside_x[:, None, :, None])
    return ops.where(inside, found, extrapolation_value)


def _along(first: Tensor, last: Tensor, count: int, size: int) -> Tensor:
    """The places of the new pixels on an axis, one row for each box."""
    if count == 1:
        return ops.expand_dims((first + last) * 0.5 * (size - 1), 1)
    steps = ops.reshape(ops.arange(count, dtype="float32"), (1, -1)) / (count - 1)
    start = ops.expand_dims(first * (size - 1), 1)
    return start + steps * ops.expand_dims((last - first) * (size - 1), 1)


def _sampled(images: Tensor, places: Tensor, size: int, axis: int, order: int) -> Tensor:
    """The images at places between the pixels of an axis, each image at its own."""
    distance = ops.abs(places[:, :, None] - ops.arange(size, dtype="float32")[None, None])
    if order:
        weights = ops.relu(1 - distance)
    else:
        whole = ops.clip(ops.floor(places + 0.5), 0, size - 1)
        weights = ops.one_hot(ops.cast(whole, "int32"), size)
    return ops.einsum("bph,bhwc->bpwc" if axis == 1 else "bph,bwhc->bwpc", weights, images)


def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: str, name: str | None = None
) -> Tensor:
    """Windows of images as channels."""
    return _patches(
        images,
        (int(sizes[1]), int(sizes[2])),
        (int(strides[1]), int(strides[2])),
        (int(rates[1]), int(rates[2])),
        padding.lower(),
        "channels_last",
    )


def total_variation(images: Any, name: str | None = None) -> Tensor:
    """The sum of the distances between neighbouring pixels, for each image."""
    tensor = ops.convert_to_tensor(images)
    down = ops.abs(tensor[..., 1:, :, :] - tensor[..., :-1, :, :])
    across = ops.abs(tensor[..., :, 1:, :] - tensor[..., :, :-1, :])
    return ops.sum(down, (-3, -2, -1)) + ops.sum(across, (-3, -2, -1))


def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """The difference to the pixel below, and to the one on the right; 0 in the last row, column."""
    tensor = ops.convert_to_tensor(image)
    down, across = tensor[:, 1:] - tensor[:, :-1], tensor[:, :, 1:] - tensor[:, :, :-1]
    return (
        ops.pad(down, [(0, 0), (0, 1), (0, 0), (0, 0)]),
        ops.pad(across, [(0, 0), (0, 0), (0, 1), (0, 0)]),
    )


def sobel_edges(image: Any) -> Tensor:
    """How fast the brightness changes, downwards and to the right."""
    tensor = ops.convert_to_tensor(image)
    count = sizes_of(tensor)[-1]
    wide = ops.pad(tensor, [(0, 0), (1, 1), (1, 1), (0, 0)], "reflect")
    kernels = np.stack([SOBEL, SOBEL.T], -1)[:, :, None]  # (3, 3, 1, 2)
    found = ops.depthwise_conv(wide, np.tile(kernels, (1, 1, count, 1)), 1, "valid")
    return ops.reshape(found, (*sizes_of(tensor), 2))


def psnr(a: Any, b: Any, max_val: float, name: str | None = None) -> Tensor:
    """20 log10(max_val) - 10 log10(mean squared difference), for each image."""
    highest = float(max_val)
    first, second = convert_image_dtype(a, "float32"), convert_image_dtype(b, "float32")
    if ops.convert_to_tensor(a).dtype.kind != "f":
        highest = highest / float(np.iinfo(ops.convert_to_tensor(a).dtype).max)
    error = ops.mean(ops.square(first - second), (-3, -2, -1))
    return 20.0 * float(np.log10(highest)) - 10.0 * ops.log10(error)


def ssim(
    img1: Any,
    img2: Any,
    max_val: float,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> Tensor:
    """How alike two images are in structure (Wang and others, 2004), for each image."""
    if return_index_map:
        raise ValueError("ssim gives a number for each image: return_index_map=False")
    return _ssim(img1, img2, max_val, filter_size, filter_sigma, k1, k2, "channels_last")


def _crop_message(has: Any, wanted: Any) -> str:
    return explain(
        "A part cannot be larger than the whole",
        given=f"size={wanted} of an image of shape {has}",
        expected="a size that is not larger on any axis",
        remedy="tf.image.resize(image, (256, 256)) first",
    )

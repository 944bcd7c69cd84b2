"""Images in another size: resampled along each axis, by one product with a matrix of weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import cast, convert_to_tensor, whole_number
from geartrain.ops.image.kernels import (
    KERNELS,
    resampled,
    resizing_weights,
    taps_of,
    weighed,
    weights,
)
from geartrain.ops.image.layout import (
    Layout,
    check_choice,
    computable,
    image_size,
    in_dtype,
    read_images,
)
from geartrain.ops.padding import pad
from geartrain.ops.shaping import as_shape, cut_out, static_size
from geartrain.tensor import Tensor, format_shape, normalize_axis
from geartrain.tensor.dtypes import FLOAT32, FLOAT64
from geartrain.tensor.interpreter import duty

__all__ = ["resize", "scale_and_translate"]

INTERPOLATIONS = ("bilinear", "nearest", "lanczos3", "lanczos5", "bicubic")


def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
    """The images in another size.

    Args:
        images: an image or a batch of images, of any dtype, which the result has as well.
        size: the new (height, width).
        interpolation: "nearest", which repeats or leaves out pixels; "bilinear", "bicubic",
            "lanczos3" or "lanczos5", which weigh the pixels around a place.
        antialias: whether a shrunk image weighs all the pixels that a new one stands for.
        crop_to_aspect_ratio: whether the longer side is cut first, evenly at both ends, so that
            nothing is squeezed.
        pad_to_aspect_ratio: whether the shorter side is padded first, for the same end.
        fill_mode: "constant": the padding is `fill_value`.
        fill_value: the number that padding consists of.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same, with the new height and width.

    Raises:
        ValueError: rank, size, interpolation, fill mode or data format cannot be used, or the
            images are to be both cropped and padded.

    >>> resize([[[0.0], [4.0]]], (1, 4)).numpy().ravel().tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    check_choice("resize", "interpolation", interpolation, INTERPOLATIONS)
    check_choice("resize", "fill_mode", fill_mode, ("constant",))
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(_both_message())
    tensor, layout = read_images("resize", images, data_format)
    target = _target(size)
    numbers = tensor if interpolation == "nearest" else computable(tensor)
    if crop_to_aspect_ratio:
        numbers = _cropped(numbers, layout, target)
    if pad_to_aspect_ratio:
        numbers = _padded(numbers, layout, target, fill_value)
    for axis, new_size in zip(layout.spatial, target, strict=True):
        numbers = _resized(numbers, axis, new_size, interpolation, antialias=antialias)
    return in_dtype(numbers, tensor.dtype)


def _target(size: Any) -> tuple[int, int]:
    if not isinstance(size, list | tuple | np.ndarray | Tensor) or len(size) != 2:
        raise ValueError(_size_message(size))
    height, width = (whole_number(each) for each in size)
    if height < 1 or width < 1:
        raise ValueError(_size_message(size))
    return height, width


def _cropped(images: Tensor, layout: Layout, target: tuple[int, int]) -> Tensor:
    """The largest part from the middle that has the proportions of the target."""
    sizes = image_size("resize", images, layout)
    fitting = _in_proportion(sizes, target)
    for axis, whole, wanted in zip(layout.spatial, sizes, fitting, strict=True):
        size = min(whole, wanted)
        start = (whole - size) // 2
        images = cut_out(images, axis, start, start + size)
    return images


def _padded(images: Tensor, layout: Layout, target: tuple[int, int], number: float) -> Tensor:
    """The images in a frame that has the proportions of the target: as wide on both sides."""
    sizes = image_size("resize", images, layout)
    widths = [(0, 0)] * images.ndim
    for axis, whole, wanted in zip(
        layout.spatial, sizes, _in_proportion(sizes, target), strict=True
    ):
        side = max(wanted - whole, 0) // 2
        widths[axis] = (side, side)
    return pad(images, widths, constant_values=number)


def _in_proportion(sizes: tuple[int, int], target: tuple[int, int]) -> tuple[int, int]:
    """The height that goes with the width in the target's proportions, and the other way round."""
    (height, width), (new_height, new_width) = sizes, target
    return int(width * new_height / new_width), int(height * new_width / new_height)


def _resized(
    images: Tensor, axis: int, new_size: int, interpolation: str, *, antialias: bool
) -> Tensor:
    size = static_size(images.shape[axis], "resize")
    if size == new_size:
        return images
    if interpolation == "nearest":
        middles = (2 * np.arange(new_size) + 1) * size // (2 * new_size)
        return primitives.take(images, Tensor(middles.astype(np.int32)), axis=axis)
    if duty.quiet and not images.is_symbolic and images.dtype in (FLOAT32, FLOAT64):
        taps = taps_of(size, new_size, interpolation, antialias=antialias)
        if taps is not None:
            return Tensor(weighed(images.shared(), taps, axis))
    matrix = resizing_weights(size, new_size, interpolation, antialias=antialias)
    return resampled(images, Tensor(matrix.astype(images.dtype)), axis)


def scale_and_translate(
    images: Any,
    output_shape: Any,
    scale: Any,
    translation: Any,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Tensor:
    """The images scaled and moved, by any amounts: place x goes to x * scale + translation.

    Pixels are squares, of which the first has its middle at 1/2. Where the result sees nothing
    of the input it is 0. It has gradients by the scale and the translation as well.

    Args:
        images: a tensor of any rank.
        output_shape: the shape of the result.
        scale: a number for each axis in `spatial_dims`.
        translation: a number for each axis in `spatial_dims`.
        spatial_dims: the axes that are resampled.
        method: "linear" ("bilinear", "trilinear", "triangle"), "cubic" ("bicubic", "tricubic"),
            "lanczos3" or "lanczos5".
        antialias: whether a shrunk image weighs all the pixels that a new one stands for.

    Returns:
        A tensor of shape `output_shape`; integers have become float32.

    Raises:
        ValueError: the method is unknown, or there are not as many numbers as axes.

    >>> x = [[0.0, 1.0], [2.0, 3.0]]
    >>> scale_and_translate(x, (2, 2), [1.0], [1.0], (1,), "linear").numpy().tolist()
    [[0.0, 0.0], [0.0, 2.0]]
    """
    check_choice("scale_and_translate", "method", method, tuple(KERNELS))
    tensor = convert_to_tensor(images)
    target = as_shape(output_shape)
    axes = [normalize_axis(each, tensor.ndim) for each in spatial_dims]
    factors, moves = (computable(convert_to_tensor(each)) for each in (scale, translation))
    if len(target) != tensor.ndim or factors.shape != (len(axes),) or moves.shape != (len(axes),):
        raise ValueError(_translate_message(tensor, target, axes, factors, moves))
    numbers = computable(tensor)
    for number, axis in enumerate(axes):
        size = static_size(tensor.shape[axis], "scale_and_translate")
        new_size = static_size(target[axis], "scale_and_translate")
        matrix = weights(
            size, new_size, factors[number], moves[number], method, antialias=antialias
        )
        numbers = resampled(numbers, cast(matrix, numbers.dtype), axis)
    if numbers.shape != target:
        raise ValueError(_translate_message(tensor, target, axes, factors, moves))
    return cast(numbers, numbers.dtype if tensor.dtype.kind in "biu" else tensor.dtype)


def _both_message() -> str:
    return explain(
        "resize can keep the proportions in one way",
        given="crop_to_aspect_ratio=True and pad_to_aspect_ratio=True",
        expected="one of them, or none",
        remedy="crop_to_aspect_ratio=True",
    )


def _size_message(size: Any) -> str:
    return explain(
        "resize needs a height and a width",
        given=f"size={size!r}",
        expected="two whole numbers from 1 on",
        remedy="size=(224, 224)",
    )


def _translate_message(
    x: Tensor, target: Sequence[Any], axes: Sequence[int], scale: Tensor, translation: Tensor
) -> str:
    return explain(
        "scale_and_translate needs a size for each axis, and two numbers for each that changes",
        given=f"images {format_shape(x.shape)}, output_shape={tuple(target)}, "
        f"spatial_dims={tuple(axes)}, scale {format_shape(scale.shape)}, "
        f"translation {format_shape(translation.shape)}",
        expected=f"an output_shape of rank {x.ndim} that differs on axes {tuple(axes)} only, and "
        f"scale and translation of shape ({len(axes)},) (set by spatial_dims)",
        remedy="scale=ops.ones((len(spatial_dims),))",
    )

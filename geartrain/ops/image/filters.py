"""Filters: every pixel becomes a sum of its neighbours, each with a weight.

The filters here are products of one for the rows and one for the columns, so an image is filtered
along one axis and then along the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.ops.core import cast, convert_to_tensor, whole_number
from geartrain.ops.image.layout import (
    Layout,
    computable,
    image_size,
    in_dtype,
    is_channels_first,
    read_images,
)
from geartrain.ops.joining import stack
from geartrain.ops.padding import pad
from geartrain.ops.reductions import in_single
from geartrain.ops.shaping import cut_out, static_size
from geartrain.tensor import Array, Tensor, format_shape

__all__ = ["gaussian_blur", "sobel_edges"]


def gaussian_blur(
    images: Any,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Sequence[float] = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """The images blurred: each pixel a mean of its neighbours, weighted by a Gaussian bell.

    weight(d) is proportional to exp(-d² / (2 sigma²)); the weights sum to 1. Outside of an image
    there are zeros.

    Args:
        images: an image or a batch of images, of any dtype, which the result has as well.
        kernel_size: how many pixels are weighed, along the width and along the height: Keras
            takes them in this order.
        sigma: the standard deviations of the bell, along the width and along the height.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same.

    Raises:
        ValueError: the rank, a size, a deviation or the data format cannot be used.

    >>> print(gaussian_blur([[[0.0], [1.0], [0.0]]], (3, 1)).numpy().ravel().round(3))
    [0.274 0.452 0.274]
    """
    tensor, layout = read_images("gaussian_blur", images, data_format)
    sizes, deviations = _two(kernel_size), [float(each) for each in _two(sigma)]
    if len(sizes) != 2 or len(deviations) != 2:
        raise ValueError(_blur_message(kernel_size, sigma))
    counts = [whole_number(each) for each in sizes]
    if min(counts) < 1 or not min(deviations) > 0:
        raise ValueError(_blur_message(kernel_size, sigma))
    image_size("gaussian_blur", tensor, layout)
    blurred = computable(tensor)
    for axis, count, deviation in zip(reversed(layout.spatial), counts, deviations, strict=True):
        blurred = smoothed(blurred, axis, count, deviation)
    return in_dtype(blurred, tensor.dtype)


def _two(values: Any) -> list[Any]:
    """What was given for two axes: a list of what is in it."""
    given = values.numpy() if isinstance(values, Tensor) else values
    return list(given) if isinstance(given, list | tuple | np.ndarray) else []


def bell(size: int, sigma: float) -> Array:
    """The weights of a Gaussian bell, which sum to 1."""
    distance = np.arange(size) - (size - 1) / 2
    heights = np.exp(-(distance**2) / (2 * sigma**2))
    return np.asarray(heights / heights.sum())


def smoothed(x: Tensor, axis: int, size: int, sigma: float) -> Tensor:
    """An axis blurred by a Gaussian bell, with zeros beyond its ends."""
    before = (size - 1) // 2
    return correlated(_with_zeros(x, axis, before, size - 1 - before), axis, bell(size, sigma))


def correlated(x: Tensor, axis: int, weights: Array) -> Tensor:
    """out[i] = the sum over k of weights[k] * x[i + k], along an axis, which loses its end."""
    size = static_size(x.shape[axis], "image") - len(weights) + 1
    total: Tensor | None = None
    for place, weight in enumerate(weights.tolist()):
        if not weight:
            continue
        part = cut_out(x, axis, place, place + size)
        part = part if weight == 1 else part * weight
        total = part if total is None else total + part
    return x if total is None else total


def _with_zeros(x: Tensor, axis: int, before: int, behind: int, mode: str = "constant") -> Tensor:
    widths = [(before, behind) if at == axis else (0, 0) for at in range(x.ndim)]
    return pad(x, widths, mode)


def sobel_edges(images: Any, data_format: str | None = None) -> Tensor:
    """How fast the images change downwards and to the right, by Sobel's filter.

    dy is the row below minus the row above, dx the column to the right minus that to the left,
    both weighted 1, 2, 1 along the other axis. Outside of an image there are zeros.

    Args:
        images: a batch of images, with a floating or a signed dtype, which the result has too.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (batch, height, width, channels), or (batch, channels, height, width).

    Output shape:
        The same with a last axis of 2: dy, dx.

    Raises:
        TypeError: the dtype has no negative numbers.
        ValueError: the rank is not 4, or there is no such data format.
    """
    tensor = convert_to_tensor(images)
    first = is_channels_first("sobel_edges", data_format)
    if tensor.ndim != 4:
        raise ValueError(_sobel_message(tensor))
    if tensor.dtype.kind in "bu":
        raise TypeError(_negative_message(tensor))
    down, right = Layout(4, first).spatial
    numbers = tensor if tensor.dtype.kind == "i" else in_single(tensor)
    for axis in (down, right):
        numbers = _with_zeros(numbers, axis, 1, 1)
    slope, mean = np.array([-1, 0, 1]), np.array([1, 2, 1])
    dy = correlated(correlated(numbers, down, slope), right, mean)
    dx = correlated(correlated(numbers, right, slope), down, mean)
    return cast(stack([dy, dx], axis=-1), tensor.dtype)


def _blur_message(kernel_size: Any, sigma: Any) -> str:
    return explain(
        "gaussian_blur needs a size and a deviation for each of two axes",
        given=f"kernel_size={kernel_size!r}, sigma={sigma!r}",
        expected="two whole numbers from 1 on, and two numbers above 0",
        remedy="kernel_size=(3, 3), sigma=(1.0, 1.0)",
    )


def _sobel_message(x: Tensor) -> str:
    return explain(
        "sobel_edges takes a batch of images",
        given=f"images of shape {format_shape(x.shape)}",
        expected="rank 4: (batch, height, width, channels)",
        remedy="images[None], for one image",
    )


def _negative_message(x: Tensor) -> str:
    return explain(
        "sobel_edges gives negative numbers",
        given=f"images of {x.dtype.name}",
        expected="a floating dtype, or signed integers",
        remedy="ops.cast(images, 'float32')",
    )

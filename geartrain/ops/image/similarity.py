"""How alike two images are to the eye.

Source: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
structural similarity" (2004).
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.ops.core import cast, promoted, whole_number
from geartrain.ops.elementwise import square
from geartrain.ops.image.filters import bell, correlated
from geartrain.ops.image.layout import computable, image_size, read_images
from geartrain.ops.reductions import mean
from geartrain.tensor import Tensor, format_shape

__all__ = ["ssim"]


def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Tensor:
    """The structural similarity of images: 1 for the same image, lower the less they are alike.

    The mean over all pixels and channels of

        (2 m1 m2 + c1) (2 s12 + c2) / ((m1² + m2² + c1) (s1² + s2² + c2))

    with the means m, variances s² and covariance s12 of the pixels in a window under a Gaussian
    bell, c1 = (k1 max_val)² and c2 = (k2 max_val)².

    Args:
        image1: an image, or a batch of images.
        image2: of the same shape.
        max_val: the largest value that a pixel can have.
        filter_size: the height and width of a window.
        filter_sigma: the standard deviation of the bell.
        k1: keeps the quotient steady where the images are dark.
        k2: keeps the quotient steady where the images are even.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        () for an image, (batch,) for a batch.

    Raises:
        ValueError: the shapes differ, or the images are smaller than a window, or the rank or the
            data format cannot be used.
    """
    first, layout = read_images("ssim", image1, data_format, "image1")
    second, _ = read_images("ssim", image2, data_format, "image2")
    if first.shape != second.shape:
        raise ValueError(_shapes_message(first, second))
    size = whole_number(filter_size)
    if not 1 <= size <= min(image_size("ssim", first, layout)) or not filter_sigma > 0:
        raise ValueError(_filter_message(first, filter_size, filter_sigma))
    pair = promoted(first, second)
    x, y = (computable(each) for each in pair)
    weights = bell(size, filter_sigma)

    def under_the_bell(values: Tensor) -> Tensor:
        for axis in layout.spatial:
            values = correlated(values, axis, weights)
        return values

    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    mean_x, mean_y = under_the_bell(x), under_the_bell(y)
    squares = square(mean_x) + square(mean_y)
    product = mean_x * mean_y
    spread = under_the_bell(square(x) + square(y)) - squares
    shared = under_the_bell(x * y) - product
    alike = (2 * product + c1) * (2 * shared + c2) / ((squares + c1) * (spread + c2))
    score = mean(alike, axis=tuple(range(1 if layout.is_batch else 0, layout.rank)))
    return score if pair[0].dtype.kind in "biu" else cast(score, pair[0].dtype)


def _shapes_message(first: Tensor, second: Tensor) -> str:
    return explain(
        "ssim compares images of one shape",
        given=f"image1 {format_shape(first.shape)}, image2 {format_shape(second.shape)}",
        expected=f"two images {format_shape(first.shape)} (set by image1)",
        remedy="ops.image.resize(image2, size)",
    )


def _filter_message(images: Tensor, size: Any, sigma: Any) -> str:
    return explain(
        "ssim's window does not fit into the images",
        given=f"filter_size={size!r}, filter_sigma={sigma!r}, images {format_shape(images.shape)}",
        expected="a window from 1 to the smaller of height and width, and a deviation above 0",
        remedy="filter_size=3",
    )

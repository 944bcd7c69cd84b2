"""Images turned, sheared and seen in perspective: every pixel looks up where it comes from.

Points are (x, y): x counts columns, y rows. Source for the projection through four points:
Heckbert, "Fundamentals of texture mapping and image warping" (1989), section 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.core import cast, convert_to_tensor
from geartrain.ops.creation import arange
from geartrain.ops.image.coordinates import FILL_MODES, sampled
from geartrain.ops.image.layout import (
    Layout,
    as_batch,
    check_choice,
    computable,
    from_batch,
    image_size,
    read_images,
)
from geartrain.ops.joining import unstack
from geartrain.ops.shaping import broadcast_to, expand_dims, reshape
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import FLOAT64, INT32

__all__ = ["affine_transform", "perspective_transform"]

ORDERS = {"nearest": 0, "bilinear": 1}
Grid = tuple[Tensor, Tensor]  # the x and the y of every pixel
Vector = list[Tensor]  # the three components of a point, homogeneous: (x, y, 1)


def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: Any = 0,
    data_format: str | None = None,
) -> Tensor:
    """The images turned, scaled, sheared and moved.

    Pixel (x, y) of the result is what lies at (a0 x + a1 y + a2, b0 x + b1 y + b2) in the image.

    Args:
        images: an image or a batch of images, of any dtype, which the result has as well.
        transform: [a0, a1, a2, b0, b1, b2, c0, c1], one for all images or (batch, 8), one for
            each. c0 and c1 are ignored, as in Keras on JAX and PyTorch.
        interpolation: "nearest" or "bilinear".
        fill_mode: what lies beyond the edges: "constant", "nearest", "wrap", "mirror" or
            "reflect", as `map_coordinates` has them.
        fill_value: the number of "constant".
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same.

    Raises:
        ValueError: a shape or a name cannot be used.

    >>> x = [[[1.0], [2.0], [3.0]]]
    >>> affine_transform(x, [1.0, 0, 1, 0, 1, 0, 0, 0]).numpy().ravel().tolist()
    [2.0, 3.0, 0.0]
    """
    check_choice("affine_transform", "interpolation", interpolation, tuple(ORDERS))
    check_choice("affine_transform", "fill_mode", fill_mode, FILL_MODES)
    tensor, layout = read_images("affine_transform", images, data_format)
    numbers = computable(convert_to_tensor(transform))
    if numbers.ndim not in (1, 2) or numbers.shape[-1] != 8:
        raise ValueError(_transform_message(numbers))
    a0, a1, a2, b0, b1, b2, _, _ = _per_image(numbers, tensor, layout, rank=1)
    x, y = pixel_grid("affine_transform", tensor, layout)
    points = (a0 * x + a1 * y + a2, b0 * x + b1 * y + b2)
    return looked_up(
        tensor, layout, points, ORDERS[interpolation], fill_mode=fill_mode, fill_value=fill_value
    )


def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: Any = 0,
    data_format: str | None = None,
) -> Tensor:
    """The images projected so that four points come to lie at four others.

    Args:
        images: an image or a batch of images, of any dtype, which the result has as well.
        start_points: four points (x, y) of the images: (4, 2), or (batch, 4, 2).
        end_points: where these lie in the result: of the same shape.
        interpolation: "nearest" or "bilinear".
        fill_value: the number beyond the edges.
        data_format: "channels_last" (if None) or "channels_first".

    Input shape:
        (height, width, channels) or (batch, height, width, channels); with "channels_first" the
        channels stand before the height.

    Output shape:
        The same.

    Raises:
        ValueError: a shape or a name cannot be used, or three end points lie on one line.
    """
    check_choice("perspective_transform", "interpolation", interpolation, tuple(ORDERS))
    tensor, layout = read_images("perspective_transform", images, data_format)
    start, end = convert_to_tensor(start_points), convert_to_tensor(end_points)
    for name, points in (("start_points", start), ("end_points", end)):
        if points.ndim not in (2, 3) or points.shape[-2:] != (4, 2):
            raise ValueError(_points_message(name, points))
    if start.shape != end.shape:
        raise ValueError(_alike_message(start, end))
    rows = projection(
        *(_corners(cast(each, FLOAT64), tensor, layout) for each in (end, start)),
    )
    x, y = pixel_grid("perspective_transform", tensor, layout)
    across, down, depth = (a * x + b * y + c for a, b, c in rows)
    points_in = [cast(each, computable(tensor).dtype) for each in (across / depth, down / depth)]
    return looked_up(
        tensor,
        layout,
        points_in,
        ORDERS[interpolation],
        fill_mode="constant",
        fill_value=fill_value,
    )


def _corners(points: Tensor, images: Tensor, layout: Layout) -> list[Vector]:
    """Four homogeneous points, each component of shape (batch or 1, 1, 1)."""
    flat = reshape(points, (*points.shape[:-2], 8))
    components = _per_image(flat, images, layout, rank=1)
    one = components[0] * 0 + 1
    return [[components[at], components[at + 1], one] for at in range(0, 8, 2)]


def projection(source: Sequence[Vector], target: Sequence[Vector]) -> list[Vector]:
    """The rows of the matrix that projects four points of the plane to four others.

    Three of the points are a basis of homogeneous space, and the fourth says how long each is:
    with l_i its shares in p_0, p_1, p_2 the matrix takes l_i p_i to m_i q_i.
    """
    duals, lengths = _basis(source)
    _, new_lengths = _basis(target)
    if not lengths[0].is_symbolic and any(not np.all(each.numpy()) for each in lengths):
        raise ValueError(_line_message())
    shares = [new / old for new, old in zip(new_lengths, lengths, strict=True)]
    return [
        [
            sum_of(
                share * corner[row] * dual[column]
                for share, corner, dual in zip(shares, target, duals, strict=False)
            )
            for column in range(3)
        ]
        for row in range(3)
    ]


def _basis(points: Sequence[Vector]) -> tuple[list[Vector], Vector]:
    """The dual vectors of the first three points, and the shares of these in the fourth.

    Both are left multiplied by the determinant of the three, which a projection does not see.
    """
    first, second, third, fourth = points
    duals = [_cross(second, third), _cross(third, first), _cross(first, second)]
    return duals, [_dot(each, fourth) for each in duals]


def _cross(p: Vector, q: Vector) -> Vector:
    return [
        p[1] * q[2] - p[2] * q[1],
        p[2] * q[0] - p[0] * q[2],
        p[0] * q[1] - p[1] * q[0],
    ]


def _dot(p: Vector, q: Vector) -> Tensor:
    return sum_of(a * b for a, b in zip(p, q, strict=True))


def sum_of(terms: Any) -> Tensor:
    """The sum of some tensors."""
    first, *others = terms
    for each in others:
        first = first + each
    total: Tensor = first
    return total


def _per_image(numbers: Tensor, images: Tensor, layout: Layout, rank: int) -> Vector:
    """The columns of numbers (8,) or (batch, 8), each of shape (1 or batch, 1, 1)."""
    rows = numbers if numbers.ndim > rank else expand_dims(numbers, 0)
    count = images.shape[0] if layout.is_batch else 1
    if rows.shape[0] not in (1, count):
        raise ValueError(_count_message(rows, images))
    return unstack(reshape(rows, (rows.shape[0], 1, 1, 8)), axis=-1)


def pixel_grid(operation: str, images: Tensor, layout: Layout) -> Grid:
    """The coordinates of the pixels: x (width,) and y (height, 1), which broadcast."""
    height, width = image_size(operation, images, layout)
    return arange(width, dtype="float32"), expand_dims(arange(height, dtype="float32"), 1)


def looked_up(
    images: Tensor,
    layout: Layout,
    points: Sequence[Tensor],
    order: int,
    *,
    fill_mode: str,
    fill_value: Any,
) -> Tensor:
    """The images, each pixel from the coordinates (x, y) that `points` has in its place."""
    batch = as_batch(images, layout)
    shape = batch.shape[:3]
    x, y = (broadcast_to(each, shape) for each in points)
    number = primitives.iota(shape=shape, axis=0, dtype=INT32)
    found = sampled(
        batch, [number], [y, x], order=order, fill_mode=fill_mode, fill_value=fill_value
    )
    return from_batch(found, layout)


def _transform_message(transform: Tensor) -> str:
    return explain(
        "affine_transform needs the eight numbers of a transform",
        given=f"transform of shape {format_shape(transform.shape)}",
        expected="shape (8,), one for all images, or (batch, 8), one for each",
        remedy="transform=[1, 0, 0, 0, 1, 0, 0, 0], which changes nothing",
    )


def _points_message(name: str, points: Tensor) -> str:
    return explain(
        "perspective_transform needs four points (x, y)",
        given=f"{name} of shape {format_shape(points.shape)}",
        expected="shape (4, 2), for all images, or (batch, 4, 2), four for each",
        remedy=f"{name}=[[0, 0], [0, height], [width, 0], [width, height]]",
    )


def _alike_message(start: Tensor, end: Tensor) -> str:
    return explain(
        "perspective_transform needs an end point for each start point",
        given=f"start_points {format_shape(start.shape)}, end_points {format_shape(end.shape)}",
        expected=f"end_points of shape {format_shape(start.shape)} (set by start_points)",
        remedy="ops.broadcast_to(end_points, start_points.shape)",
    )


def _count_message(rows: Tensor, images: Tensor) -> str:
    return explain(
        "A transform is for all images, or there is one for each",
        given=f"{rows.shape[0]} transforms, images of shape {format_shape(images.shape)}",
        expected=f"1, or {images.shape[0] if images.ndim == 4 else 1} (set by the images)",
        remedy="transforms[0], which serves all images",
    )


def _line_message() -> str:
    return explain(
        "These points do not make a projection",
        given="end_points of which three lie on one line",
        expected="four corners of a quadrilateral",
        remedy="end_points=[[0, 0], [0, height], [width, 0], [width, height]]",
    )

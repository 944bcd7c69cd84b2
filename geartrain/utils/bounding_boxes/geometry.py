"""Boxes moved, cut off and put into larger pictures."""

from __future__ import annotations

import math
from typing import Any

from geartrain import ops
from geartrain.tensor import Tensor
from geartrain.utils.bounding_boxes.formats import convert_format


def _in_sides(boxes: Any, name: str, height: Any, width: Any) -> list[Tensor]:
    return ops.split(convert_format(boxes, name, "xyxy", height, width), 4, axis=-1)


def _in_format(sides: list[Tensor], name: str, height: Any, width: Any) -> Tensor:
    joined = ops.concatenate(sides, axis=-1)
    found: Tensor = convert_format(joined, "xyxy", name, height, width)
    return found


def clip_to_image_size(
    bounding_boxes: dict[str, Any],
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> dict[str, Any]:
    """Boxes without what lies beyond the image; one that nothing is left of gets the label -1.

    Args:
        bounding_boxes: "boxes" (..., boxes, 4) and "labels" (..., boxes).
        height: of the images.
        width: of the images.
        bounding_box_format: what the four numbers mean.
    """
    left, top, right, bottom = _in_sides(
        bounding_boxes["boxes"], bounding_box_format, height, width
    )
    sides = [
        ops.clip(left, 0.0, width),
        ops.clip(top, 0.0, height),
        ops.clip(right, 0.0, width),
        ops.clip(bottom, 0.0, height),
    ]
    area = (sides[2] - sides[0]) * (sides[3] - sides[1])
    labels = ops.convert_to_tensor(bounding_boxes["labels"])
    is_empty = ops.less_equal(ops.squeeze(area, -1), 0)
    kept = ops.where(is_empty, ops.cast(-1, labels.dtype), labels)
    boxes = _in_format(sides, bounding_box_format, height, width)
    given = ops.convert_to_tensor(bounding_boxes["boxes"]).dtype
    if bounding_box_format == "xyxy":  # what is only cut off stays whole numbers
        boxes = ops.cast(boxes, given)
    return {**bounding_boxes, "boxes": boxes, "labels": kept}


def crop(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any,
    width: Any,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """Boxes as they lie in a part of the image that begins at `top` and `left`.

    Args:
        boxes: (..., 4), in pixels.
        top: the first row of the part.
        left: its first column.
        height: of the image.
        width: of the image.
        bounding_box_format: what the four numbers mean.

    >>> crop([[5.0, 5.0, 9.0, 9.0]], 1, 2, 10, 10).numpy().tolist()
    [[3.0, 4.0, 7.0, 8.0]]
    """
    return pad(boxes, -top, -left, height, width, bounding_box_format)


def pad(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """Boxes as they lie when `top` rows and `left` columns are put before the image.

    Args:
        boxes: (..., 4), in pixels.
        top: how many rows.
        left: how many columns.
        height: of the image.
        width: of the image.
        bounding_box_format: what the four numbers mean.
    """
    sides = _in_sides(boxes, bounding_box_format, height, width)
    moved = [sides[0] + left, sides[1] + top, sides[2] + left, sides[3] + top]
    return _in_format(moved, bounding_box_format, height, width)


def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> Tensor:
    """Boxes around what the boxes hold, after it is turned, moved, scaled and sheared.

    A point p goes to M (p - middle + translation) + middle, where M turns by -angle, shears and
    scales: scale [[cos(a) + sin(a - y) tan(x) / cos(y), cos(a - y) tan(x) / cos(y) + sin(a)],
    [-sin(a - y) / cos(y), cos(a - y) / cos(y)]] for an angle a and shears x and y, as in Keras.

    Args:
        boxes: (batch, boxes, 4).
        angle: degrees, for each image.
        translate_x: to the right, as a part of the width, likewise.
        translate_y: downwards, as a part of the height.
        scale: 1 changes nothing.
        shear_x: degrees.
        shear_y: degrees.
        height: of the images.
        width: of the images.
        center_x: the middle, as a part of the width; None is 1/2.
        center_y: the middle, as a part of the height; None is 1/2.
        bounding_box_format: what the four numbers mean.
    """
    sides = _in_sides(boxes, bounding_box_format, height, width)
    middle = (_middle(center_x, width), _middle(center_y, height))
    first, second = _matrix(angle, scale, shear_x, shear_y)
    moves = _column(translate_x) * (width - 1), _column(translate_y) * (height - 1)

    def to(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        x, y = x - middle[0] + moves[0], y - middle[1] + moves[1]
        return (
            first[0] * x + first[1] * y + middle[0],
            second[0] * x + second[1] * y + middle[1],
        )

    return _in_format(around(sides, to), bounding_box_format, height, width)


def _middle(part: Any, size: Any) -> Any:
    return (size - 1) / 2 if part is None else part * (size - 1)


def _column(numbers: Any) -> Tensor:
    """A number for each image in a shape that goes with the sides of its boxes."""
    flat = ops.cast(numbers, "float32")
    return flat if flat.ndim == 0 else ops.reshape(flat, (-1, 1, 1))


def _matrix(angle: Any, scale: Any, shear_x: Any, shear_y: Any) -> Any:
    turn, x, y = (_column(each) * (math.pi / 180) for each in (angle, shear_x, shear_y))
    size, cos = _column(scale), ops.cos(y)
    across, down = ops.sin(turn - y) / cos, ops.cos(turn - y) / cos
    first = ops.cos(turn) + across * ops.tan(x), down * ops.tan(x) + ops.sin(turn)
    return (first[0] * size, first[1] * size), (-across * size, down * size)


def around(sides: Any, to: Any) -> list[Tensor]:
    """The sides of the boxes around the corners of boxes, after these went somewhere."""
    left, top, right, bottom = sides
    corners = [to(x, y) for x in (left, right) for y in (top, bottom)]
    across = ops.concatenate([x for x, _ in corners], axis=-1)
    down = ops.concatenate([y for _, y in corners], axis=-1)
    return [
        ops.min(across, axis=-1, keepdims=True),
        ops.min(down, axis=-1, keepdims=True),
        ops.max(across, axis=-1, keepdims=True),
        ops.max(down, axis=-1, keepdims=True),
    ]

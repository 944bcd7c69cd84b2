"""How well boxes agree."""

from __future__ import annotations

import math
from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Tensor, format_shape
from geartrain.utils.bounding_boxes.formats import convert_format

EPSILON = 1e-7


def _sides(boxes: Any, name: str, image_shape: Any) -> Tensor:
    height, width = (None, None) if image_shape is None else image_shape[:2]
    wanted = "rel_xyxy" if name.startswith("rel_") else "xyxy"
    found: Tensor = convert_format(boxes, name, wanted, height, width)
    return found


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: int = -1,
    image_shape: Any = None,
) -> Tensor:
    """Intersection over union of each box of one list with each of another.

    Args:
        boxes1: (m, 4) or (batch, m, 4).
        boxes2: (n, 4) or (batch, n, 4).
        bounding_box_format: what the four numbers mean.
        use_masking: whether boxes that begin with `mask_val` are none: theirs is -1.
        mask_val: what such boxes consist of.
        image_shape: (height, width, channels), where relative boxes need it.

    Output shape:
        (m, n) or (batch, m, n).

    Raises:
        ValueError: the ranks are not 2 or 3.

    >>> print(compute_iou([[0.0, 0.0, 2.0, 2.0]], [[1.0, 0.0, 3.0, 2.0]], "xyxy").numpy())
    [[0.33333334]]
    """
    first, second = (_sides(each, bounding_box_format, image_shape) for each in (boxes1, boxes2))
    if {first.ndim, second.ndim} - {2, 3}:
        raise ValueError(_rank_message(first, second))
    rows, columns = ops.expand_dims(first, -2), ops.expand_dims(second, -3)
    shared, whole = _shared_and_whole(rows, columns)
    found: Tensor = ops.where(
        ops.equal(whole, 0), 0.0, shared / ops.where(ops.equal(whole, 0), 1.0, whole)
    )
    if not use_masking:
        return found
    given = [ops.convert_to_tensor(each) for each in (boxes1, boxes2)]
    is_none = [ops.all(ops.less_equal(each, mask_val), axis=-1) for each in given]
    missing = ops.logical_or(ops.expand_dims(is_none[0], -1), ops.expand_dims(is_none[1], -2))
    kept: Tensor = ops.where(missing, float(mask_val), found)
    return kept


def _shared_and_whole(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The areas of intersections and unions."""
    low, high = ops.maximum(a[..., :2], b[..., :2]), ops.minimum(a[..., 2:], b[..., 2:])
    shared = ops.prod(ops.maximum(high - low, 0.0), axis=-1)
    return shared, _area(a) + _area(b) - shared


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def compute_ciou(
    boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Any = None
) -> Tensor:
    """Complete IoU of boxes, one with one: IoU - distance² / diagonal² - alpha v.

    v = 4 / pi² (arctan(w2 / h2) - arctan(w1 / h1))² compares the proportions, and
    alpha = v / (1 - IoU + v) weighs it.

    Source: Zheng et al., "Distance-IoU loss" (2020), section 4.

    Args:
        boxes1: (..., 4).
        boxes2: (..., 4).
        bounding_box_format: what the four numbers mean.
        image_shape: (height, width, channels), where relative boxes need it.

    >>> print(compute_ciou([[0.0, 0.0, 2.0, 2.0]], [[0.0, 0.0, 2.0, 2.0]], "xyxy").numpy().round(4))
    [1.]
    """
    a, b = (_sides(each, bounding_box_format, image_shape) for each in (boxes1, boxes2))
    shared, whole = _shared_and_whole(a, b)
    iou = shared / (whole + EPSILON)
    outer = ops.maximum(a[..., 2:], b[..., 2:]) - ops.minimum(a[..., :2], b[..., :2])
    diagonal = ops.sum(ops.square(outer), axis=-1) + EPSILON
    apart = (b[..., :2] + b[..., 2:] - a[..., :2] - a[..., 2:]) / 2
    distance = ops.sum(ops.square(apart), axis=-1)
    v = 4 / math.pi**2 * ops.square(_slope(b) - _slope(a))
    alpha = v / (1 - iou + v + EPSILON)
    return iou - distance / diagonal - alpha * v


def _slope(boxes: Tensor) -> Tensor:
    width, height = boxes[..., 2] - boxes[..., 0], boxes[..., 3] - boxes[..., 1]
    return ops.arctan(width / (height + EPSILON))


def _rank_message(first: Tensor, second: Tensor) -> str:
    return explain(
        "compute_iou compares lists of boxes",
        given=f"shapes {format_shape(first.shape)} and {format_shape(second.shape)}",
        expected="(boxes, 4) or (batch, boxes, 4)",
        remedy="boxes[None]",
    )

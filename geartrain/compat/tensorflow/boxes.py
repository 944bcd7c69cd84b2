"""Boxes in images, (y1, x1, y2, x2): which of those that overlap are kept, and drawing them."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.tensor import Array, Tensor

__all__ = ["draw_bounding_boxes", "non_max_suppression"]

# What the boxes are drawn with where nothing is said: red, green and blue, opaque.
COLOURS = np.array(
    [[1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [0.5, 0, 0.5], [0.5, 0.5, 0], [0.5, 0, 0],
     [0, 0, 0.5], [0, 1, 1], [1, 0, 1]], "float32",
)  # fmt: skip


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: float = 0.5,
    score_threshold: float = -np.inf,
    name: str | None = None,
) -> Tensor:
    """The places of the boxes that are kept: the best, and after it those that hardly overlap it.

    Args:
        boxes: (boxes, 4), two corners each, in any order.
        scores: (boxes,).
        max_output_size: how many are kept at most.
        iou_threshold: boxes that share more than this part of their union with a kept one go.
        score_threshold: boxes with no more than this go.
        name: taken.

    Returns:
        (kept,), int32, the best first. It asks for numbers, and so runs on the host.

    >>> boxes = [[0.0, 0, 1, 1], [0, 0, 1, 0.9], [0, 2, 1, 3]]
    >>> non_max_suppression(boxes, [0.9, 0.8, 0.7], 3).tolist()
    [0, 2]
    """
    corners = np.asarray(ops.convert_to_tensor(boxes), "float32").reshape(-1, 4)
    points = np.asarray(ops.convert_to_tensor(scores), "float32")
    low, high = (
        np.minimum(corners[:, :2], corners[:, 2:]),
        np.maximum(corners[:, :2], corners[:, 2:]),
    )
    kept: list[int] = []
    for place in np.argsort(-points, kind="stable").tolist():
        if len(kept) >= int(max_output_size):
            break
        shares = _shares(low, high, place, kept)
        if points[place] > score_threshold and not (shares > float(iou_threshold)).any():
            kept.append(place)
    return ops.convert_to_tensor(np.array(kept, "int32"))


def _shares(low: Array, high: Array, place: int, others: list[int]) -> Array:
    """How much of their union a box shares with each of others."""
    common = np.minimum(high[place], high[others]) - np.maximum(low[place], low[others])
    inside = np.prod(np.clip(common, 0, None), -1)
    areas = np.prod(high - low, -1)
    union = areas[place] + areas[others] - inside
    found: Array = np.divide(inside, union, out=np.zeros_like(inside), where=union > 0)
    return found


def draw_bounding_boxes(images: Any, boxes: Any, colors: Any, name: str | None = None) -> Tensor:
    """Images with the outlines of boxes, of which the corners are parts of the height and width.

    Args:
        images: (images, height, width, channels).
        boxes: (images, boxes, 4).
        colors: (colours, channels), taken in turn; a set of ten, if None.
        name: taken.
    """
    drawn = np.array(ops.convert_to_tensor(images))
    corners = np.asarray(ops.convert_to_tensor(boxes), "float32")
    paints = COLOURS if colors is None else np.asarray(ops.convert_to_tensor(colors), "float32")
    if not len(paints):
        paints = COLOURS
    high, wide = drawn.shape[1:3]
    scale = np.array([high - 1, wide - 1, high - 1, wide - 1], "float32")
    for image, rows in zip(drawn, corners, strict=True):
        for number, box in enumerate(rows):
            _outline(image, (box * scale).astype(int), paints[number % len(paints)])
    return ops.convert_to_tensor(drawn)


def _outline(image: Array, box: Array, colour: Array) -> None:
    """Draw the four sides of a box, as far as they lie in the image."""
    high, wide, channels = image.shape
    top, left, bottom, right = box.tolist()
    if top > bottom or left > right or top >= high or left >= wide or bottom < 0 or right < 0:
        return
    paint = np.ones(channels, "float32")
    paint[: min(channels, len(colour))] = colour[:channels]
    rows = slice(max(top, 0), min(bottom, high - 1) + 1)
    columns = slice(max(left, 0), min(right, wide - 1) + 1)
    for row in (top, bottom):
        if 0 <= row < high:
            image[row, columns] = paint
    for column in (left, right):
        if 0 <= column < wide:
            image[rows, column] = paint

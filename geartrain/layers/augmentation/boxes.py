"""Boxes that follow the pixels of images.

What lies beyond the image is cut off; a box that nothing is left of gets the label -1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain import ops
from geartrain.tensor import Tensor
from geartrain.utils.bounding_boxes import clip_to_image_size, convert_format
from geartrain.utils.bounding_boxes.geometry import around

Sides = list[Tensor]  # left, top, right, bottom, each (batch, boxes, 1)


def changed_boxes(
    boxes: dict[str, Any],
    name: str | None,
    size: tuple[Any, Any],
    change: Callable[[Sides], Sides],
    new_size: tuple[Any, Any] | None = None,
) -> dict[str, Any]:
    """Boxes of a format whose sides, in pixels, are changed; the image may get another size."""
    wanted = name or "xyxy"
    height, width = size
    pixels = convert_format(boxes["boxes"], wanted, "xyxy", height, width)
    moved = ops.concatenate(change(ops.split(pixels, 4, axis=-1)), axis=-1)
    height, width = size if new_size is None else new_size
    kept = clip_to_image_size({**boxes, "boxes": moved}, height, width)
    return {**kept, "boxes": convert_format(kept["boxes"], "xyxy", wanted, height, width)}


def moved_boxes(
    boxes: dict[str, Any], name: str | None, matrix: Tensor, height: Any, width: Any
) -> dict[str, Any]:
    """The boxes around boxes that are moved as pixels are by `ops.image.affine_transform`.

    Its matrix says where a pixel of the result comes from, so a corner goes the other way.
    """
    rows = ops.reshape(matrix, (-1, 1, 1, 8))
    a0, a1, a2, b0, b1, b2, _, _ = (rows[..., at] for at in range(8))
    det = a0 * b1 - a1 * b0

    def to(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        x, y = x - a2, y - b2
        return (b1 * x - a1 * y) / det, (a0 * y - b0 * x) / det

    return changed_boxes(boxes, name, (height, width), lambda sides: around(sides, to))


def mirrored_boxes(
    boxes: dict[str, Any],
    name: str | None,
    flips: Any,
    size: tuple[Any, Any],
    *,
    horizontally: bool,
    vertically: bool,
) -> dict[str, Any]:
    """Boxes of images that are mirrored where `flips` says so."""
    height, width = size
    is_flipped = ops.reshape(flips, (-1, 1, 1))

    def mirrored(sides: Sides) -> Sides:
        left, top, right, bottom = sides
        new_left, new_right = (width - right, width - left) if horizontally else (left, right)
        new_top, new_bottom = (height - bottom, height - top) if vertically else (top, bottom)
        pairs = zip((new_left, new_top, new_right, new_bottom), sides, strict=True)
        return [ops.where(is_flipped, new, old) for new, old in pairs]

    return changed_boxes(boxes, name, size, mirrored)


def shifted_and_scaled(
    right: Any, down: Any, across: Any = 1.0, along: Any = 1.0
) -> Callable[[Sides], Sides]:
    """A change of sides: moved by pixels, then multiplied."""

    def change(sides: Sides) -> Sides:
        first, second, third, fourth = sides
        return [
            (first + right) * across,
            (second + down) * along,
            (third + right) * across,
            (fourth + down) * along,
        ]

    return change

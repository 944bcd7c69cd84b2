"""What the four numbers of a box mean, and one meaning brought to another.

xyxy          left, top, right, bottom            rel_xyxy   the same, as parts of the image
yxyx          top, left, bottom, right            rel_yxyx
xywh          left, top, width, height            rel_xywh
center_xywh   middle's x and y, width, height     rel_center_xywh
center_yxhw   middle's y and x, height, width
"""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import explain, unknown_name
from geartrain.tensor import Tensor, format_shape

Sides = tuple[Tensor, Tensor, Tensor, Tensor]  # left, top, right, bottom, each (..., 1)


def _from_center(x: Tensor, y: Tensor, width: Tensor, height: Tensor) -> Sides:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _to_center(sides: Sides) -> list[Tensor]:
    left, top, right, bottom = sides
    return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]


READ: dict[str, Any] = {
    "xyxy": lambda left, top, right, bottom: (left, top, right, bottom),
    "yxyx": lambda top, left, bottom, right: (left, top, right, bottom),
    "xywh": lambda x, y, width, height: (x, y, x + width, y + height),
    "center_xywh": _from_center,
    "center_yxhw": lambda y, x, height, width: _from_center(x, y, width, height),
}
WRITE: dict[str, Any] = {
    "xyxy": list,
    "yxyx": lambda sides: [sides[1], sides[0], sides[3], sides[2]],
    "xywh": lambda sides: [sides[0], sides[1], sides[2] - sides[0], sides[3] - sides[1]],
    "center_xywh": _to_center,
    "center_yxhw": lambda sides: [_to_center(sides)[place] for place in (1, 0, 3, 2)],
}
FORMATS = (*READ, "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")


def convert_format(
    boxes: Any,
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: Any = "float32",
) -> Any:
    """Boxes of one format in another.

    Args:
        boxes: (..., 4), or a dict with such "boxes", and "labels", which stay.
        source: the format that they have.
        target: the format that they get.
        height: of the images, which relative formats need.
        width: likewise.
        dtype: of the result.

    Raises:
        ValueError: there is no such format, the last axis is not 4, or a size is missing.

    >>> convert_format([[1.0, 2.0, 3.0, 6.0]], "xyxy", "center_xywh").numpy().tolist()
    [[2.0, 4.0, 2.0, 4.0]]
    """
    if isinstance(boxes, dict):
        changed = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return {**boxes, "boxes": changed}
    _check(source, target)
    if _is_relative(source) != _is_relative(target) and (height is None or width is None):
        raise ValueError(_size_message(source, target))
    tensor = ops.cast(boxes, dtype)
    if tensor.ndim == 0 or tensor.shape[-1] != 4:
        raise ValueError(_shape_message(tensor))
    if source.lower() == target.lower():
        return tensor
    sides = READ[_plain(source)](*ops.split(tensor, 4, axis=-1))
    if _is_relative(source) and not _is_relative(target):
        sides = _times(sides, _along(width, tensor), _along(height, tensor))
    elif _is_relative(target) and not _is_relative(source):
        sides = _times(sides, 1.0 / _along(width, tensor), 1.0 / _along(height, tensor))
    return ops.concatenate(WRITE[_plain(target)](sides), axis=-1)


def _times(sides: Sides, across: Any, down: Any) -> Sides:
    left, top, right, bottom = sides
    return left * across, top * down, right * across, bottom * down


def _along(size: Any, boxes: Tensor) -> Tensor:
    """A size, or one for each image, in a shape that goes with the boxes."""
    numbers = ops.cast(size, boxes.dtype)
    if numbers.ndim == 0:
        return numbers
    return ops.reshape(numbers, (*numbers.shape, *(1,) * (boxes.ndim - numbers.ndim)))


def _plain(name: str) -> str:
    return name.lower().removeprefix("rel_")


def _is_relative(name: str) -> bool:
    return name.lower().startswith("rel_")


def _check(*names: Any) -> None:
    for name in names:
        if not isinstance(name, str) or name.lower() not in FORMATS:
            remedy = "utils.bounding_boxes.convert_format(boxes, {}, 'xyxy')"
            raise ValueError(unknown_name("bounding box format", name, FORMATS, remedy=remedy))


def _size_message(source: str, target: str) -> str:
    return explain(
        "Boxes in parts of an image, and in pixels, differ by the image's size",
        given=f"source={source!r}, target={target!r}, without height and width",
        expected="height and width",
        remedy="convert_format(boxes, source, target, height=480, width=640)",
    )


def _shape_message(boxes: Tensor) -> str:
    return explain(
        "A box is four numbers",
        given=f"boxes of shape {format_shape(boxes.shape)}",
        expected="(boxes, 4) or (batch, boxes, 4)",
        remedy="boxes.reshape(-1, 4)",
    )

"""Boxes as differences from anchors, which networks learn, and back."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Tensor
from geartrain.utils.bounding_boxes.formats import convert_format

ENCODED = ("center_xywh", "center_yxhw")


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Tensor:
    """Boxes as seen from anchors: (middle - anchor's) / anchor's size, and log(size / anchor's).

    Source: Girshick et al., "Rich feature hierarchies" (2014), appendix C.

    Args:
        anchors: (boxes, 4).
        boxes: (boxes, 4) or (batch, boxes, 4).
        anchor_format: what the anchors' numbers mean.
        box_format: what the boxes' numbers mean.
        encoding_format: the order of the result: "center_yxhw" or "center_xywh".
        variance: four numbers that the result is divided by.
        image_shape: (height, width, channels), where relative boxes need it.

    Raises:
        ValueError: there is no such format, or variance is not four numbers.
    """
    from_, to = _both(anchors, boxes, (anchor_format, box_format), encoding_format, image_shape)
    middle = (to[..., :2] - from_[..., :2]) / from_[..., 2:]
    size = ops.log(to[..., 2:] / from_[..., 2:])
    deltas = ops.concatenate([middle, size], axis=-1)
    return deltas if variance is None else deltas / _variance(variance)


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """The boxes that `encode_box_to_deltas` saw from the anchors.

    Args:
        anchors: (boxes, 4), or a dict of such.
        boxes_delta: (boxes, 4) or (batch, boxes, 4), or a dict of such.
        anchor_format: what the anchors' numbers mean.
        box_format: what the boxes' numbers shall mean.
        encoded_format: the order of the differences: "center_yxhw" or "center_xywh".
        variance: four numbers that the differences are multiplied with.
        image_shape: (height, width, channels), where relative boxes need it.

    Raises:
        ValueError: there is no such format, or variance is not four numbers.
    """
    if isinstance(anchors, dict):
        others = (anchor_format, box_format, encoded_format, variance, image_shape)
        return {
            name: decode_deltas_to_boxes(anchors[name], boxes_delta[name], *others)
            for name in anchors
        }
    _check(encoded_format)
    height, width = (None, None) if image_shape is None else image_shape[:2]
    known = convert_format(anchors, anchor_format, encoded_format, height, width)
    deltas = ops.cast(boxes_delta, "float32")
    deltas = deltas if variance is None else deltas * _variance(variance)
    middle = deltas[..., :2] * known[..., 2:] + known[..., :2]
    size = ops.exp(deltas[..., 2:]) * known[..., 2:]
    joined = ops.concatenate([middle, size], axis=-1)
    return convert_format(joined, encoded_format, box_format, height, width)


def _both(
    anchors: Any, boxes: Any, formats: tuple[str, str], encoding: str, image_shape: Any
) -> tuple[Tensor, Tensor]:
    _check(encoding)
    height, width = (None, None) if image_shape is None else image_shape[:2]
    first = convert_format(anchors, formats[0], encoding, height, width)
    second = convert_format(boxes, formats[1], encoding, height, width)
    return first, second


def _variance(numbers: Any) -> Tensor:
    found = ops.cast(numbers, "float32")
    if found.shape[-1:] != (4,):
        raise ValueError(_variance_message(numbers))
    return found


def _check(name: Any) -> None:
    if name not in ENCODED:
        raise ValueError(
            explain(
                "Boxes are seen from the middle of anchors",
                given=f"{name!r} as the format of the differences",
                expected="'center_yxhw' or 'center_xywh'",
                remedy="encoding_format='center_yxhw'",
            )
        )


def _variance_message(numbers: Any) -> str:
    return explain(
        "There is a variance for each of four numbers",
        given=f"variance={numbers!r}",
        expected="four numbers",
        remedy="variance=[0.1, 0.1, 0.2, 0.2]",
    )

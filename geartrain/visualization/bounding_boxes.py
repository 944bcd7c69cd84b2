"""`draw_bounding_boxes`: frames on pictures, with the names of what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.utils.bounding_boxes import convert_format
from geartrain.visualization.pictures import Array, as_array, as_batch, as_bytes, write

LETTERS = 10  # points of a letter at font_scale=1


def draw_bounding_boxes(
    images: Any,
    bounding_boxes: Mapping[str, Any],
    bounding_box_format: str,
    class_mapping: Mapping[int, str] | None = None,
    color: Sequence[int] = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> Array:
    """Pictures with a frame for each box.

    Args:
        images: `(batch, height, width, channels)`, from 0 to 255.
        bounding_boxes: "boxes", `(batch, boxes, 4)`, and "labels", `(batch, boxes)`; "confidences"
            of the same shape are written behind the labels. Boxes with the label -1 are left out.
        bounding_box_format: of the boxes: "xyxy", "rel_yxyx", ... (see `utils.bounding_boxes`).
        class_mapping: the words for labels; None writes nothing.
        color: of the frames: red, green and blue.
        line_thickness: pixels.
        text_thickness: taken for the sake of Keras's users: letters have the weight of the font.
        font_scale: how large letters are.
        data_format: "channels_last" or "channels_first".

    Returns:
        The pictures, uint8, channels last.

    Raises:
        ValueError: no batch of pictures, or no boxes and labels in the dict.

    >>> import numpy as np
    >>> boxes = {"boxes": np.array([[[1, 1, 6, 4]]]), "labels": np.array([[0]])}
    >>> drawn = draw_bounding_boxes(np.zeros((1, 8, 8, 3)), boxes, "xyxy", line_thickness=1)
    >>> drawn[0, 1, :, 0].tolist()
    [0, 128, 128, 128, 128, 128, 128, 0]
    """
    if not {"boxes", "labels"} <= set(bounding_boxes):
        raise ValueError(_dict_message(bounding_boxes))
    pictures = as_bytes(as_batch(images, data_format))
    height, width = pictures.shape[1:3]
    boxes = as_array(bounding_boxes["boxes"])
    corners = as_array(
        convert_format(boxes, bounding_box_format, "xyxy", height=height, width=width)
    )
    labels = as_array(bounding_boxes["labels"]).astype(int)
    confidences = bounding_boxes.get("confidences")
    shares = None if confidences is None else as_array(confidences)
    for at, picture in enumerate(pictures):
        for each in range(labels.shape[1]):
            if labels[at, each] == -1:
                continue
            left, top, right, bottom = (round(float(x)) for x in corners[at, each])
            _frame(picture, (left, top, right, bottom), color, line_thickness)
            words = _words(class_mapping, int(labels[at, each]), shares, (at, each))
            if words:
                above = max(top - round(1.5 * LETTERS * font_scale), 0)
                picture[...] = write(picture, words, (left, above), color, LETTERS * font_scale)
    return pictures


def _frame(picture: Array, corners: Sequence[int], color: Sequence[int], thickness: int) -> None:
    """Draw the four sides, half of each line outside of the box."""
    left, top, right, bottom = corners
    before, behind = (thickness - 1) // 2, thickness // 2
    for row in (top, bottom):
        _fill(picture, row - before, row + behind, left - before, right + behind, color)
    for column in (left, right):
        _fill(picture, top - before, bottom + behind, column - before, column + behind, color)


def _fill(picture: Array, top: int, bottom: int, left: int, right: int, color: Any) -> None:
    """Colour a rectangle, as far as it is on the picture; its ends belong to it."""
    rows = slice(max(top, 0), max(bottom + 1, 0))
    columns = slice(max(left, 0), max(right + 1, 0))
    picture[rows, columns] = np.asarray(color, "uint8")


def _words(names: Mapping[int, str] | None, label: int, shares: Any, at: tuple[int, int]) -> str:
    if names is None or label not in names:
        return ""
    return str(names[label]) + ("" if shares is None else f" | {float(shares[at]):.2f}")


def _dict_message(given: Mapping[str, Any]) -> str:
    return explain(
        "`bounding_boxes` should be a dict with 'boxes' and 'labels' keys",
        given=f"a dict with {', '.join(map(repr, given)) or 'nothing'}",
        expected="'boxes' (batch, boxes, 4) and 'labels' (batch, boxes)",
        remedy="{'boxes': boxes, 'labels': labels}",
    )

"""Galleries: many pictures on one sheet, with their labels, boxes or masks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from geartrain.drawing.png import encode_png
from geartrain.errors import explain
from geartrain.visualization.bounding_boxes import draw_bounding_boxes
from geartrain.visualization.pictures import Array, as_array, as_batch, as_bytes, pillow, write
from geartrain.visualization.segmentation import draw_segmentation_masks

SPACE = 4  # pixels between pictures
LETTERS = 11  # points
TITLE = 16  # pixels above a picture for its words
BLACK = (0, 0, 0)


def plot_image_gallery(
    images: Any,
    y_true: Any = None,
    y_pred: Any = None,
    label_map: Mapping[int, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: Sequence[float] = (0, 255),
    scale: float = 2,
    path: str | Path | None = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: int = 60,
    legend_handles: Sequence[tuple[str, Sequence[int]]] | None = None,
    data_format: str | None = None,
) -> Any:
    """Pictures on a sheet, with their true and predicted labels above.

    Args:
        images: `(batch, height, width, channels)`.
        y_true: the true labels.
        y_pred: the predicted labels.
        label_map: the words for labels, which must be given with labels.
        rows, cols: of the sheet; None: as near to a square as can be.
        value_range: the darkest and the brightest number.
        scale: the side of a picture in inches.
        path: of a PNG file to write; None: the sheet comes back.
        show: whether the sheet is shown: by Pillow, in the system's viewer.
        transparent: whether the paper is.
        dpi: pixels of an inch.
        legend_handles: pairs of words and a colour, below.
        data_format: "channels_last" or "channels_first".

    Returns:
        The sheet, `(height, width, 4)` of uint8; None if it went to a file.

    Raises:
        ValueError: labels without words, or a sheet that goes to a file and is to be shown.

    >>> import numpy as np
    >>> plot_image_gallery(np.zeros((4, 8, 8, 3)), scale=0.5).shape
    (68, 68, 4)
    """
    if path is not None and show:
        raise ValueError(_both_message(path))
    if (y_true is not None or y_pred is not None) and label_map is None:
        raise ValueError(_label_message())
    pictures = as_bytes(as_batch(images, data_format), value_range)
    across, down = _arrangement(len(pictures), rows, cols)
    side = max(round(scale * dpi), 1)
    titles = _titles(y_true, y_pred, label_map, len(pictures))
    sheet = _sheet(_resized(pictures[: across * down], side), titles, across, down)
    if legend_handles:
        sheet = _with_legend(sheet, legend_handles)
    if not transparent:
        sheet[sheet[..., 3] == 0] = 255
    if path is not None:
        Path(path).write_bytes(encode_png(sheet))
        return None
    if show:
        pillow("Image").fromarray(sheet).show()
    return sheet


def plot_bounding_box_gallery(
    images: Any,
    bounding_box_format: str,
    y_true: Mapping[str, Any] | None = None,
    y_pred: Mapping[str, Any] | None = None,
    value_range: Sequence[float] = (0, 255),
    true_color: Sequence[int] = (0, 188, 212),
    pred_color: Sequence[int] = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: Mapping[int, str] | None = None,
    ground_truth_mapping: Mapping[int, str] | None = None,
    prediction_mapping: Mapping[int, str] | None = None,
    legend: bool = False,
    legend_handles: Any = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> Any:
    """Pictures on a sheet with their true and predicted boxes.

    Args:
        images: `(batch, height, width, channels)`.
        bounding_box_format: of the boxes.
        y_true, y_pred: boxes and labels, as for `draw_bounding_boxes`.
        value_range: the darkest and the brightest number.
        true_color, pred_color: of the frames.
        line_thickness, font_scale, text_thickness: as for `draw_bounding_boxes`.
        class_mapping: the words for labels of both; `ground_truth_mapping` and
            `prediction_mapping` take its place for one of them.
        legend: whether the two colours are explained below.
        legend_handles: pairs of words and a colour instead.
        rows, cols, data_format, **kwargs: as for `plot_image_gallery`.

    Raises:
        ValueError: an argument does not fit; the message names it.
    """
    pictures = as_bytes(as_batch(images, data_format), value_range)
    both = (
        (y_true, true_color, ground_truth_mapping or class_mapping),
        (y_pred, pred_color, prediction_mapping or class_mapping),
    )
    for boxes, color, names in both:
        if boxes is not None:
            pictures = draw_bounding_boxes(
                pictures, boxes, bounding_box_format, names, color, line_thickness,
                text_thickness or 1, font_scale, "channels_last",
            )  # fmt: skip
    if legend and legend_handles is None:
        legend_handles = [("Ground Truth", true_color), ("Prediction", pred_color)]
    return plot_image_gallery(
        pictures, rows=rows, cols=cols, legend_handles=legend_handles,
        data_format="channels_last", **kwargs,
    )  # fmt: skip


def plot_segmentation_mask_gallery(
    images: Any,
    num_classes: int,
    value_range: Sequence[float] = (0, 255),
    y_true: Any = None,
    y_pred: Any = None,
    color_mapping: Mapping[int, Sequence[int]] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> Any:
    """Pictures on a sheet, each beside itself with its true and its predicted mask.

    Args:
        images: `(batch, height, width, channels)`.
        num_classes: how many classes there are.
        value_range: the darkest and the brightest number.
        y_true, y_pred: masks, as for `draw_segmentation_masks`.
        color_mapping, blend, alpha, ignore_index: as for `draw_segmentation_masks`.
        data_format, **kwargs: as for `plot_image_gallery`.

    Raises:
        ValueError: an argument does not fit; the message names it.
    """
    pictures = as_bytes(as_batch(images, data_format), value_range)
    options = (num_classes, color_mapping, alpha, blend, ignore_index, "channels_last")
    masked = [
        draw_segmentation_masks(pictures, as_array(each).astype("int32"), *options)
        for each in (y_true, y_pred)
        if each is not None
    ]
    beside = np.concatenate([pictures, *masked], axis=2)
    return plot_image_gallery(beside, data_format="channels_last", **kwargs)


def _arrangement(count: int, rows: int | None, cols: int | None) -> tuple[int, int]:
    """How many pictures stand beside and below each other."""
    if cols is None and rows is None:
        cols = math.ceil(math.sqrt(count))
    if cols is None:
        cols = math.ceil(count / (rows or 1))
    return cols, rows or math.ceil(count / cols)


def _resized(pictures: Array, side: int) -> list[Array]:
    """The pictures with this side at most, each pixel as it was: nothing is mixed."""
    height, width = pictures.shape[1:3]
    factor = side / max(height, width)
    rows = (np.arange(max(round(height * factor), 1)) / factor).astype(int).clip(0, height - 1)
    columns = (np.arange(max(round(width * factor), 1)) / factor).astype(int).clip(0, width - 1)
    return [each[rows][:, columns] for each in pictures]


def _titles(y_true: Any, y_pred: Any, names: Any, count: int) -> list[str]:
    parts: list[list[str]] = [[] for _ in range(count)]
    for word, labels in (("GT", y_true), ("Pred", y_pred)):
        if labels is not None:
            for part, label in zip(parts, as_array(labels), strict=False):
                part.append(f"{word}: {names[int(label)]}")
    return [" | ".join(each) for each in parts]


def _sheet(pictures: list[Array], titles: list[str], across: int, down: int) -> Array:
    """The pictures on transparent paper."""
    height, width = pictures[0].shape[:2]
    top = TITLE if any(titles) else 0
    step = height + top + SPACE, width + SPACE
    sheet = np.zeros((down * step[0], across * step[1], 4), "uint8")
    for at, (picture, title) in enumerate(zip(pictures, titles, strict=False)):
        row, column = at // across * step[0], at % across * step[1]
        if title:
            strip = np.full((top, width, 3), 255, "uint8")
            sheet[row : row + top, column : column + width, :3] = write(
                strip, title, (0, 0), BLACK, LETTERS
            )
            sheet[row : row + top, column : column + width, 3] = 255
        place = sheet[row + top : row + top + height, column : column + width]
        place[..., :3], place[..., 3] = picture[..., :3], 255
    return sheet


def _with_legend(sheet: Array, handles: Sequence[Any]) -> Array:
    """The sheet with a line below: a square of each colour, and its words."""
    strip = np.full((TITLE + SPACE, sheet.shape[1], 3), 255, "uint8")
    step = max(sheet.shape[1] // max(len(handles), 1), 1)
    for at, (words, colour) in enumerate(handles):
        left = at * step
        strip[SPACE : SPACE + 8, left : left + 8] = colour
        strip = write(strip, words, (left + 12, 0), BLACK, LETTERS)
    opaque = np.full((*strip.shape[:2], 1), 255, "uint8")
    return np.concatenate([sheet, np.concatenate([strip, opaque], axis=-1)])


def _both_message(path: Any) -> str:
    return explain(
        "plot_gallery() expects either `path` to be set, or `show` to be true",
        given=f"path={path!r}, show=True",
        expected="one of them",
        remedy="show=False",
    )


def _label_message() -> str:
    return explain(
        "Labels need words",
        given="`y_true` or `y_pred`, and no `label_map`",
        expected="a dict of the words for labels",
        remedy="label_map={0: 'cat', 1: 'dog'}",
    )

"""`draw_segmentation_masks`: pictures coloured by the class of each pixel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.visualization.pictures import Array, as_array, as_batch, as_bytes

# Powers of two less 1: their multiples modulo 255 differ in all three colours. Source: the example
# of semantic segmentation in torchvision's documentation.
PALETTE = (2**25 - 1, 2**15 - 1, 2**21 - 1)


def draw_segmentation_masks(
    images: Any,
    segmentation_masks: Any,
    num_classes: int | None = None,
    color_mapping: Mapping[int, Sequence[int]] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> Array:
    """Pictures with the colour of its class laid over each pixel.

    Args:
        images: `(batch, height, width, channels)`, from 0 to 255.
        segmentation_masks: whole numbers, `(batch, height, width)` or with an axis of 1 behind.
        num_classes: how many classes there are; None: as many as the largest number says.
        color_mapping: red, green and blue of each class; None: a palette.
        alpha: how much of the colour is seen, from 0 to 1.
        blend: whether the picture shines through; else the colour alone is seen.
        ignore_index: pixels of this class stay as they are.
        data_format: "channels_last" or "channels_first".

    Returns:
        The pictures, uint8, channels last.

    Raises:
        ValueError: no batch of pictures, or masks of another size.
        TypeError: masks of floats.

    >>> import numpy as np
    >>> mask = np.array([[[0, 1]]])
    >>> draw_segmentation_masks(np.full((1, 1, 2, 3), 100), mask, num_classes=2)[0, 0].tolist()
    [[20, 20, 20], [20, 121, 44]]
    """
    pictures = as_bytes(as_batch(images, data_format))
    masks = as_array(segmentation_masks)
    if masks.dtype.kind not in "iu":
        raise TypeError(_dtype_message(masks))
    if masks.ndim == 4 and 1 in (masks.shape[-1], masks.shape[1]):
        masks = masks[..., 0] if masks.shape[-1] == 1 else masks[:, 0]
    if masks.shape != pictures.shape[:3]:
        raise ValueError(_shape_message(masks.shape, pictures.shape))
    count = int(masks.max()) + 1 if num_classes is None else num_classes
    colours = color_mapping or {i: [i * each % 255 for each in PALETTE] for i in range(count)}
    wanted = masks != ignore_index
    layer = np.zeros(pictures.shape, "float32")
    for label in np.unique(masks[wanted]):
        if int(label) in colours:
            layer[masks == label] = colours[int(label)]
        else:
            wanted &= masks != label
    share = np.float32(alpha), np.float32(1 - alpha)
    mixed = pictures * share[1] + layer * share[0] if blend else layer
    return np.where(wanted[..., None], mixed, pictures).astype("uint8")


def _dtype_message(masks: Array) -> str:
    return explain(
        "`segmentation_masks` must be in integer dtype",
        given=f"masks of {masks.dtype}",
        expected="whole numbers: the class of each pixel",
        remedy="masks.astype('int32')",
    )


def _shape_message(masks: tuple[int, ...], pictures: tuple[int, ...]) -> str:
    return explain(
        "Each pixel needs a class",
        given=f"masks of shape {masks}, pictures of shape {pictures}",
        expected=f"masks of shape {pictures[:3]}, or with an axis of 1 behind",
        remedy="the masks of these pictures",
    )

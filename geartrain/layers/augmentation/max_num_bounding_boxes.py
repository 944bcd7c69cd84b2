"""`MaxNumBoundingBoxes`: as many boxes for every image."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.image_layer import ImageLayer
from geartrain.ops.shaping import static_size
from geartrain.tensor import Tensor


class MaxNumBoundingBoxes(ImageLayer):
    """Boxes cut off behind some number, or filled up to it; images stay as they are.

    Args:
        max_number: how many boxes an image has then.
        fill_value: what boxes and labels that fill up consist of.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        A dict of "images" and "bounding_boxes": "boxes" (batch, boxes, 4), "labels" (batch, boxes).

    Output shape:
        The same, with `max_number` boxes.

    >>> from geartrain import layers
    >>> layer = layers.MaxNumBoundingBoxes(2, bounding_box_format="xyxy")
    >>> boxes = {"boxes": [[[1.0, 1.0, 2.0, 2.0]]], "labels": [[7]]}
    >>> layer.transform_bounding_boxes(boxes)["labels"].numpy().tolist()
    [[7, -1]]
    """

    has_factor = is_random = False

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_number, self.fill_value = int(max_number), int(fill_value)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        return ops.convert_to_tensor(images)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """As many boxes and labels as there shall be."""
        return {name: self._filled(each) for name, each in bounding_boxes.items()}

    def _filled(self, values: Any) -> Tensor:
        kept = ops.convert_to_tensor(values)[:, : self.max_number]
        missing = self.max_number - static_size(kept.shape[1], "MaxNumBoundingBoxes")
        widths = [(0, missing) if axis == 1 else (0, 0) for axis in range(kept.ndim)]
        return ops.pad(kept, widths, constant_values=self.fill_value)

    def compute_output_shape(self, input_shape: Any) -> Any:
        if not isinstance(input_shape, dict) or "bounding_boxes" not in input_shape:
            return input_shape
        boxes = dict(input_shape["bounding_boxes"])
        counted = {name: (each[0], self.max_number, *each[2:]) for name, each in boxes.items()}
        return {**input_shape, "bounding_boxes": counted}

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "max_number": self.max_number}
        if self.fill_value == -1:  # which Keras's config does not tell
            config.pop("fill_value", None)
        return config

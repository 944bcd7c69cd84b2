"""Images turned, moved, sheared and zoomed: what these layers share.

A pixel (x, y) of the result is what lies at (a0 x + a1 y + a2, b0 x + b1 y + b2) in the image.
"""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import unknown_name
from geartrain.layers.augmentation.boxes import moved_boxes
from geartrain.layers.augmentation.image_layer import ImageLayer
from geartrain.ops.image.layout import as_batch, from_batch
from geartrain.tensor import Tensor

FILL_MODES = ("constant", "nearest", "wrap", "reflect", "mirror")
INTERPOLATIONS = ("nearest", "bilinear")


def matrix(a0: Any, a1: Any, a2: Any, b0: Any, b1: Any, b2: Any) -> Tensor:
    """The eight numbers of each image's transform, from tensors (batch,) and numbers."""
    known = [ops.convert_to_tensor(each) for each in (a0, a1, a2, b0, b1, b2)]
    shape = next(each.shape for each in known if each.ndim)
    zero = ops.zeros(shape, "float32")
    columns = [zero + each for each in known]
    return ops.stack([*columns, zero, zero], axis=-1)  # (batch, 8)


class AffineLayer(ImageLayer):
    """A layer that moves the pixels of images by an affine map of its own for each.

    Args:
        fill_mode: what lies beyond the edges: "reflect", "constant", "wrap" or "nearest".
        interpolation: "bilinear" or "nearest".
        fill_value: the number of "constant".
        **kwargs: those of `ImageLayer`.

    Raises:
        NotImplementedError: there is no such fill mode or interpolation, as in Keras.
    """

    def __init__(
        self,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        kind = type(self).__name__
        if fill_mode not in FILL_MODES:
            remedy = f"layers.{kind}(..., fill_mode={{}})"
            raise NotImplementedError(
                unknown_name("fill mode", fill_mode, FILL_MODES, remedy=remedy)
            )
        if interpolation not in INTERPOLATIONS:
            remedy = f"layers.{kind}(..., interpolation={{}})"
            raise NotImplementedError(
                unknown_name("interpolation", interpolation, INTERPOLATIONS, remedy=remedy)
            )
        self.fill_mode, self.interpolation = fill_mode, interpolation
        self.fill_value = fill_value

    def matrix_of(self, transformation: Any) -> Tensor:
        """The eight numbers of a transformation, for each image."""
        raise NotImplementedError

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        if not training or transformation is None:
            return ops.cast(images, self.compute_dtype)
        moved = self._moved(self.working(images), transformation, self.interpolation)
        return self.finished(moved)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, moved as the images are, without numbers between those of classes."""
        masks = ops.convert_to_tensor(segmentation_masks)
        if not training or transformation is None:
            return masks
        has_channels = masks.ndim == self._rank_of(transformation)
        axis = -1 if self.data_format == "channels_last" else -3
        layered = masks if has_channels else ops.expand_dims(masks, axis)
        moved = self._moved(layered, transformation, "nearest")
        return moved if has_channels else ops.squeeze(moved, axis)

    def _rank_of(self, transformation: Any) -> int:
        return len(transformation["input_shape"])

    def _moved(self, images: Tensor, transformation: Any, interpolation: str) -> Tensor:
        layout = self.layout_of(images)
        moved = ops.image.affine_transform(
            as_batch(images, layout),
            self.matrix_of(transformation),
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
        )
        return from_batch(moved, layout)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes around what the boxes hold, moved as the images are."""
        if not training or transformation is None:
            return bounding_boxes
        height, width = self._size_in(transformation)
        return moved_boxes(
            bounding_boxes,
            self.bounding_box_format,
            self.matrix_of(transformation),
            height,
            width,
        )

    def _size_in(self, transformation: Any) -> tuple[int, int]:
        shape = transformation["input_shape"]
        down = -2 if self.data_format == "channels_first" else -3
        return shape[down], shape[down + 1]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "fill_mode": self.fill_mode,
            "fill_value": self.fill_value,
            "interpolation": self.interpolation,
        }

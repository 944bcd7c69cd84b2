"""`CenterCrop`: the middle of images."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.boxes import changed_boxes, shifted_and_scaled
from geartrain.layers.augmentation.image_layer import ImageLayer
from geartrain.layers.augmentation.resizing import Resizing
from geartrain.ops.image.layout import image_size
from geartrain.tensor import Tensor


class CenterCrop(ImageLayer):
    """The middle of images, always; images that are too small are resized in proportion.

    Args:
        height: of what is left.
        width: of what is left.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same, with the new height and width.

    Raises:
        ValueError: the data format is not known.

    >>> from geartrain import layers
    >>> layers.CenterCrop(1, 2)([[[0.0], [1.0], [2.0], [3.0]]]).numpy().ravel().tolist()
    [1.0, 2.0]
    """

    has_factor = is_random = False

    def __init__(
        self, height: int, width: int, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height, self.width = height, width

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The shape of the images: "input_shape"."""
        return {"input_shape": self.images_in(data).shape}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        return self._cut(ops.cast(images, self.compute_dtype), "bilinear")

    def _cut(self, images: Tensor, interpolation: str) -> Tensor:
        layout = self.layout_of(images)
        height, width = image_size("CenterCrop", images, layout)
        if height < self.height or width < self.width:
            return ops.image.resize(
                images,
                (self.height, self.width),
                interpolation=interpolation,
                crop_to_aspect_ratio=True,
                data_format=self.data_format,
            )
        return ops.image.crop_images(
            images,
            top_cropping=(height - self.height) // 2,
            left_cropping=(width - self.width) // 2,
            target_height=self.height,
            target_width=self.width,
            data_format=self.data_format,
        )

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, cut as the images are."""
        return self._cut(ops.convert_to_tensor(segmentation_masks), "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes, as they lie in what is left."""
        shape = transformation["input_shape"]
        down = -2 if self.data_format == "channels_first" else -3
        size = height, width = shape[down], shape[down + 1]
        if height < self.height or width < self.width:
            whole = Resizing(self.height, self.width, crop_to_aspect_ratio=True)
            whole.bounding_box_format = self.bounding_box_format
            return whole.transform_bounding_boxes(bounding_boxes, size)
        top, left = (height - self.height) // 2, (width - self.width) // 2
        new_size = (self.height, self.width)
        change = shifted_and_scaled(-left, -top)
        return changed_boxes(bounding_boxes, self.bounding_box_format, size, change, new_size)

    def compute_output_shape(self, input_shape: Any) -> Any:
        shape = list(input_shape)
        down = -2 if self.data_format == "channels_first" else -3
        shape[down], shape[down + 1] = self.height, self.width
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "height": self.height, "width": self.width}

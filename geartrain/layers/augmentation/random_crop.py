"""`RandomCrop`: a part of images."""

from __future__ import annotations

from typing import Any

from geartrain import ops, random
from geartrain.layers.augmentation.boxes import changed_boxes, shifted_and_scaled
from geartrain.layers.augmentation.image_layer import ImageLayer
from geartrain.ops.image.layout import image_size
from geartrain.tensor import Tensor


class RandomCrop(ImageLayer):
    """A part of the images, at a place drawn for each batch while training, else the middle.

    Images that are too small are resized first, and keep their proportions.

    Args:
        height: of what is left.
        width: of what is left.
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        name: None numbers the class's name.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same, with the new height and width.

    Raises:
        ValueError: the data format is not known.

    >>> from geartrain import layers
    >>> middle = layers.RandomCrop(1, 2)([[[0.0], [1.0], [2.0], [3.0]]], training=False)
    >>> middle.numpy().ravel().tolist()
    [1.0, 2.0]
    """

    has_factor = False

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, data_format=data_format, seed=seed, **kwargs)
        self.height, self.width = height, width
        self.seed = self.generator._initial_seed

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The first row and column of the part, after images that are too small are resized."""
        images = self.images_in(data)
        height, width = self._size_between(images)
        source = self.generator if seed is None else seed
        free = height - self.height, width - self.width
        if not training:
            return free[0] // 2, free[1] // 2
        return tuple(random.randint((), 0, each + 1, dtype="int32", seed=source) for each in free)

    def _size_between(self, images: Tensor) -> tuple[int, int]:
        """The size that images have before they are cut."""
        height, width = image_size("RandomCrop", images, self.layout_of(images))
        return self._grown(height, width)

    def _grown(self, height: int, width: int) -> tuple[int, int]:
        if height >= self.height and width >= self.width:
            return height, width
        wider = int(self.height * width / height) > self.width
        if wider:
            return self.height, int(self.height * width / height)
        return int(self.width * height / width), self.width

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        return self._cut(ops.cast(images, self.compute_dtype), transformation, "bilinear")

    def _cut(self, images: Tensor, transformation: Any, interpolation: str) -> Tensor:
        layout, size = self.layout_of(images), self._size_between(images)
        if size != image_size("RandomCrop", images, layout):
            images = ops.image.resize(
                images, size, interpolation=interpolation, data_format=self.data_format
            )
        down, right = layout.spatial
        top, left = transformation
        rows = ops.add(ops.arange(self.height, dtype="int32"), top)
        columns = ops.add(ops.arange(self.width, dtype="int32"), left)
        return ops.take(ops.take(images, rows, axis=down), columns, axis=right)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, cut as the images are."""
        return self._cut(ops.convert_to_tensor(segmentation_masks), transformation, "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes, as they lie in what is left."""
        top, left = (ops.cast(each, "float32") for each in transformation)
        size = (self.height, self.width)
        change = shifted_and_scaled(-left, -top)
        return changed_boxes(bounding_boxes, self.bounding_box_format, size, change)

    def compute_output_shape(self, input_shape: Any) -> Any:
        shape = list(input_shape)
        down = -2 if self.data_format == "channels_first" else -3
        shape[down], shape[down + 1] = self.height, self.width
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "height": self.height, "width": self.width}

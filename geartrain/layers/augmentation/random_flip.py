"""`RandomFlip`: images mirrored."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import unknown_name
from geartrain.layers.augmentation.boxes import mirrored_boxes
from geartrain.layers.augmentation.image_layer import ImageLayer, where_chosen
from geartrain.tensor import Tensor

MODES = ("horizontal", "vertical", "horizontal_and_vertical")


class RandomFlip(ImageLayer):
    """Every other image mirrored, at random, while training.

    Args:
        mode: "horizontal" (left and right change places), "vertical", or
            "horizontal_and_vertical": both, of the same images.
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: there is no such mode.

    >>> from geartrain import layers
    >>> image = [[[1.0], [2.0]]]
    >>> layers.RandomFlip("horizontal")(image, training=False).numpy().ravel().tolist()
    [1.0, 2.0]
    """

    has_factor = False

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        if mode not in MODES:
            raise ValueError(unknown_name("mode", mode, MODES, remedy="layers.RandomFlip({})"))
        self.mode = mode

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Which images are mirrored: "flips"."""
        if not training:
            return None
        images = self.images_in(data)
        shape = (1, 1, 1) if images.ndim == 3 else (images.shape[0], 1, 1, 1)
        flips = ops.less_equal(self.drawn(shape, (0.0, 1.0), seed), 0.5)
        return {"flips": flips, "input_shape": images.shape}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        return self._mirrored(
            ops.cast(images, self.compute_dtype), transformation, training=training
        )

    def _mirrored(self, images: Tensor, transformation: Any, *, training: Any) -> Tensor:
        if not training or transformation is None:
            return images
        axes = [
            axis
            for axis, word in zip(self.layout_of(images).spatial, MODES[1::-1], strict=True)
            if word in self.mode
        ]
        return where_chosen(transformation["flips"], ops.flip(images, axes), images)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, mirrored as the images are."""
        masks = ops.convert_to_tensor(segmentation_masks)
        return self._mirrored(masks, transformation, training=training)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes, mirrored as the images are."""
        if not training or transformation is None:
            return bounding_boxes
        shape = transformation["input_shape"]
        down = -2 if self.data_format == "channels_first" else -3
        return mirrored_boxes(
            bounding_boxes,
            self.bounding_box_format,
            transformation["flips"],
            (shape[down], shape[down + 1]),
            horizontally="horizontal" in self.mode,
            vertically="vertical" in self.mode,
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}

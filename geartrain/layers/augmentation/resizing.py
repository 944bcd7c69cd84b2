"""`Resizing`: images in another size."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.boxes import changed_boxes, shifted_and_scaled
from geartrain.layers.augmentation.image_layer import ImageLayer
from geartrain.tensor import Tensor

NAMES = (
    *("height", "width", "interpolation", "crop_to_aspect_ratio", "pad_to_aspect_ratio"),
    *("fill_mode", "fill_value", "antialias"),
)


class Resizing(ImageLayer):
    """Images in another size, always.

    Args:
        height: the new height.
        width: the new width.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        crop_to_aspect_ratio: whether the longer side is cut first, so that nothing is squeezed.
        pad_to_aspect_ratio: whether the shorter side is padded first, for the same end.
        fill_mode: "constant": the padding is `fill_value`.
        fill_value: the number that padding consists of.
        antialias: whether a shrunk image weighs all the pixels that a new one stands for.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same, with the new height and width.

    Raises:
        ValueError: the images are to be cropped and padded both, or an argument is not known.

    >>> from geartrain import layers
    >>> layers.Resizing(1, 4)([[[0.0], [4.0]]]).numpy().ravel().tolist()
    [0.0, 1.0, 3.0, 4.0]
    """

    has_factor = is_random = False

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height, self.width, self.interpolation = height, width, interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode, self.fill_value, self.antialias = fill_mode, fill_value, antialias

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Height and width as they were."""
        return self.size_of(self.images_in(data))

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        return self._resized(ops.convert_to_tensor(images), self.interpolation)

    def _resized(self, images: Tensor, interpolation: str) -> Tensor:
        return ops.image.resize(
            images,
            (self.height, self.width),
            interpolation=interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks in the new size, without numbers between those of classes."""
        masks = ops.convert_to_tensor(segmentation_masks)
        return self._resized(masks, "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes, moved as the pixels are."""
        size = old_height, old_width = transformation
        (down, height), (across, width) = self._parts(old_height, old_width)
        change = shifted_and_scaled(across, down, self.width / width, self.height / height)
        new_size = (self.height, self.width)
        return changed_boxes(bounding_boxes, self.bounding_box_format, size, change, new_size)

    def _parts(self, height: Any, width: Any) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        """How much is put before the rows, below 0 cut off, and how many there are then; columns.

        As `ops.image.resize` does it, before it resizes.
        """
        if not (self.crop_to_aspect_ratio or self.pad_to_aspect_ratio):
            return (0, height), (0, width)
        wanted = int(width * self.height / self.width), int(height * self.width / self.height)
        part = _padded if self.pad_to_aspect_ratio else _cut
        return part(height, wanted[0]), part(width, wanted[1])

    def compute_output_shape(self, input_shape: Any) -> Any:
        shape = list(input_shape)
        down = -2 if self.data_format == "channels_first" else -3
        shape[down], shape[down + 1] = self.height, self.width
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **{name: getattr(self, name) for name in NAMES}}


def _padded(size: int, wanted: int) -> tuple[int, int]:
    side = max(wanted - size, 0) // 2
    return side, size + 2 * side


def _cut(size: int, wanted: int) -> tuple[int, int]:
    kept = min(size, wanted)
    return -((size - kept) // 2), kept

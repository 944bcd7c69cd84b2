"""`RandomPerspective`: images seen from the side."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import unknown_name
from geartrain.layers.augmentation.affine import INTERPOLATIONS
from geartrain.layers.augmentation.boxes import changed_boxes
from geartrain.layers.augmentation.factors import as_range
from geartrain.layers.augmentation.image_layer import ImageLayer, where_chosen
from geartrain.ops.image.transform import projection
from geartrain.tensor import Tensor
from geartrain.utils.bounding_boxes.geometry import around

POINTS = ("start_points", "end_points")


class RandomPerspective(ImageLayer):
    """Some images, at random, with their corners pulled to other places, while training.

    Args:
        factor: the probability: a single number is the largest, two are the range from which it is
            drawn for each image.
        scale: how far corners are pulled: by up to half of this part of their coordinates.
        interpolation: "bilinear" or "nearest".
        fill_value: the number beyond the edges.
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: factor or scale are not from 0 to 1, or the interpolation is not known.

    >>> from geartrain import layers
    >>> layers.RandomPerspective(0.0)([[[1.0], [2.0]], [[3.0], [4.0]]]).numpy().ravel().tolist()
    [1.0, 2.0, 3.0, 4.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor=factor, data_format=data_format, seed=seed, **kwargs)
        as_range("RandomPerspective", "scale", scale, (0.0, 1.0))
        if interpolation not in INTERPOLATIONS:
            remedy = "layers.RandomPerspective(interpolation={})"
            raise ValueError(
                unknown_name("interpolation", interpolation, INTERPOLATIONS, remedy=remedy)
            )
        self.scale, self.interpolation, self.fill_value = scale, interpolation, fill_value

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Which images are changed, and where their corners go."""
        if not training:
            return None
        images = self.images_in(data)
        count, (height, width) = self.count_of(images), self.size_of(images)
        right, down = width - 1.0, height - 1.0
        corners = ops.convert_to_tensor([[0.0, 0.0], [right, 0.0], [0.0, down], [right, down]])
        start = ops.broadcast_to(ops.expand_dims(corners, 0), (count, 4, 2))
        pulls = self.drawn((count, 4, 2), (-0.5, 0.5), seed) * self.scale
        return {
            "apply_perspective": self.chosen(count, self.factor, seed),
            "start_points": start,
            "end_points": start + start * pulls,
            "input_shape": images.shape,
        }

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        if not training or transformation is None:
            return ops.cast(images, self.compute_dtype)
        return self.finished(self._seen(self.working(images), transformation, self.interpolation))

    def _seen(self, images: Tensor, transformation: Any, interpolation: str) -> Tensor:
        points = [ops.convert_to_tensor(transformation[name]) for name in POINTS]
        points = [ops.squeeze(each, 0) if images.ndim == 3 else each for each in points]
        start, end = points
        changed = ops.image.perspective_transform(
            images,
            start,
            end,
            interpolation=interpolation,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )
        return where_chosen(transformation["apply_perspective"], changed, images)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, changed as the images are."""
        masks = ops.convert_to_tensor(segmentation_masks)
        if not training or transformation is None:
            return masks
        return self._seen(masks, transformation, "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes around what the boxes hold, changed as the images are."""
        if not training or transformation is None:
            return bounding_boxes
        rows = projection(*(_corners(transformation[name]) for name in POINTS))
        is_chosen = ops.reshape(transformation["apply_perspective"], (-1, 1, 1))

        def to(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
            across, along, depth = (a * x + b * y + c for a, b, c in rows)
            x_new, y_new = across / depth, along / depth
            return ops.where(is_chosen, x_new, x), ops.where(is_chosen, y_new, y)

        shape = transformation["input_shape"]
        down = -2 if self.data_format == "channels_first" else -3
        size = (shape[down], shape[down + 1])
        name = self.bounding_box_format
        return changed_boxes(bounding_boxes, name, size, lambda sides: around(sides, to))

    def get_config(self) -> dict[str, Any]:
        names = ("scale", "interpolation", "fill_value")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _corners(points: Any) -> list[list[Tensor]]:
    """Four homogeneous points, each component of shape (batch, 1, 1)."""
    flat = ops.reshape(points, (-1, 4, 2))
    ones = ops.ones_like(flat[:, :1, :1])
    return [[flat[:, at : at + 1, :1], flat[:, at : at + 1, 1:], ones] for at in range(4)]

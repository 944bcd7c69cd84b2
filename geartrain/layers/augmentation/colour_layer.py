"""`ColourLayer`: what layers share that change the values of pixels, and move none."""

from __future__ import annotations

from typing import Any, ClassVar

from geartrain import ops
from geartrain.layers.augmentation.image_layer import ImageLayer, checked_range, in_other_range
from geartrain.tensor import Tensor

UNIT = (0.0, 1.0)


class ColourLayer(ImageLayer):
    """A layer that changes values within a range.

    Args:
        value_range: which values images have: (0, 255) or (0, 1).
        **kwargs: those of `ImageLayer`.
    """

    listed: ClassVar[bool] = True  # whether a config has the range as a list, as Keras's has

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = checked_range(type(self).__name__, value_range)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        if not self.acts(transformation, training=training):
            return ops.cast(images, self.compute_dtype)
        changed = self.changed(self.working(images), transformation)
        return self.finished(changed)

    def acts(self, transformation: Any, *, training: Any) -> bool:
        """Whether anything is changed: while training."""
        return bool(training) and transformation is not None

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        """Images of floats, changed."""
        raise NotImplementedError

    def clipped(self, images: Tensor) -> Tensor:
        """Images whose values are in the range."""
        low, high = self.value_range
        return ops.clip(images, low, high)

    def in_unit(self, images: Tensor) -> Tensor:
        """Images with values from 0 to 1."""
        return in_other_range(images, self.value_range, UNIT)

    def from_unit(self, images: Tensor) -> Tensor:
        """What `in_unit` changed, in the range again."""
        return in_other_range(images, UNIT, self.value_range)

    def from_bytes(self, images: Tensor) -> Tensor:
        """Images with values from 0 to 255, in the range."""
        return in_other_range(images, (0, 255), self.value_range)

    def in_bytes(self, images: Tensor) -> Tensor:
        """Images with values from 0 to 255."""
        return in_other_range(images, self.value_range, (0, 255))

    def sizes(self, tensor: Tensor) -> tuple[Any, ...]:
        """The sizes of a tensor; that of the batch may be a symbol, which counts as a number."""
        return tuple(tensor.shape)

    def get_config(self) -> dict[str, Any]:
        known = list(self.value_range) if self.listed else self.value_range
        return {**super().get_config(), "value_range": known}

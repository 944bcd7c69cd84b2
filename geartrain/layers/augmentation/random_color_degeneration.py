"""`RandomColorDegeneration`: images with paler colours."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.tensor import Tensor


class RandomColorDegeneration(ColourLayer):
    """Each image mixed with its own grey, by its own amount, while training: x + f (grey - x).

    Args:
        factor: f: 0 changes nothing, 1 is grey; two numbers are the range.
        value_range: which values images have: (0, 255) or (0, 1).
        data_format: "channels_last" (if None) or "channels_first".
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is not from -1 to 1, or the range is none.

    >>> from geartrain import layers
    >>> grey = layers.RandomColorDegeneration((1.0, 1.0))([[[100.0, 0.0, 0.0]]])
    >>> print(grey.numpy().ravel().round(1))
    [29.9 29.9 29.9]
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, data_format=data_format, seed=seed, **kwargs)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "factor" of each image."""
        count = self.count_of(self.images_in(data))
        return {"factor": self.drawn((count, 1, 1, 1), self.factor, seed)}

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        grey = ops.image.rgb_to_grayscale(images, data_format=self.data_format)
        part = ops.reshape(ops.cast(transformation["factor"], images.dtype), (-1,))
        return self.clipped(images + per_image(part, images) * (grey - images))

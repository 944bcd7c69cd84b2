"""`RandomContrast`: the differences of images made larger or smaller."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.tensor import Tensor


class RandomContrast(ColourLayer):
    """Each image with more or less contrast, while training: (x - mean) factor + mean.

    The mean is that of a channel of an image; values are kept in their range.

    Args:
        factor: how far the factor is from 1: (0.1, 0.3) means 0.9 to 1.3; 0.3, as in Keras, 1 to
            1.3.
        value_range: which values images have: (0, 255) or (0, 1).
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1, or the range is none.

    >>> from geartrain import layers
    >>> layers.RandomContrast(0.0)([[[1.0], [3.0]]]).numpy().ravel().tolist()
    [1.0, 3.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)
    listed = False

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(value_range, factor=factor, seed=seed, **kwargs)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "contrast_factor" of each image."""
        images = self.images_in(data)
        low, high = self.factor
        factors = self.drawn((self.count_of(images),), (1.0 - low, 1.0 + high), seed)
        return {"contrast_factor": per_image(factors, images)}

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        mean = ops.mean(images, axis=self.layout_of(images).spatial, keepdims=True)
        factor = ops.cast(per_image(transformation["contrast_factor"], images), images.dtype)
        return self.clipped((images - mean) * factor + mean)

"""`RandomInvert`: images as their negatives."""

from __future__ import annotations

from typing import Any

from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.image_layer import where_chosen
from geartrain.tensor import Tensor


class RandomInvert(ColourLayer):
    """Some images, at random, as their negatives, while training: high + low - x.

    Args:
        factor: the probability: a single number is the largest, two are the range from which it is
            drawn for each image.
        value_range: which values images have: (0, 255) or (0, 1).
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1, or the range is none.

    >>> from geartrain import layers
    >>> layers.RandomInvert(0.0)([[[100.0]]]).numpy().ravel().tolist()
    [100.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)
    listed = False

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, seed=seed, data_format=data_format, **kwargs)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Which images are inverted: "apply_inversion"."""
        if not training:
            return None
        count = self.count_of(self.images_in(data))
        return {"apply_inversion": self.chosen(count, self.factor, seed)}

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        low, high = self.value_range
        return where_chosen(transformation["apply_inversion"], high + low - images, images)

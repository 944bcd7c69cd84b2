"""`RandomGrayscale`: images without colour."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.factors import as_range
from geartrain.layers.augmentation.image_layer import ImageLayer, where_chosen
from geartrain.tensor import Tensor


class RandomGrayscale(ImageLayer):
    """Some images, at random, with all channels as bright as the eye sees them, while training.

    Args:
        factor: which part of the images.
        data_format: "channels_last" (if None) or "channels_first".
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1.

    >>> from geartrain import layers
    >>> print(layers.RandomGrayscale(1.0)([[[100.0, 0.0, 0.0]]]).numpy().ravel().round(1))
    [29.9 29.9 29.9]
    """

    has_factor = False

    def __init__(
        self,
        factor: float = 0.5,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        as_range("RandomGrayscale", "factor", factor, (0.0, 1.0))
        self.factor: Any = factor

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Which images lose their colour."""
        count = self.count_of(self.images_in(data))
        return ops.less_equal(self.drawn((count, 1, 1, 1), (0.0, 1.0), seed), self.factor)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        given = ops.convert_to_tensor(images)
        if not training or transformation is None:
            return given
        grey = ops.image.rgb_to_grayscale(given, data_format=self.data_format)
        is_chosen = ops.reshape(transformation, (-1,))
        return where_chosen(is_chosen, ops.broadcast_to(grey, given.shape), given)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "factor": self.factor}
        if self.seed is None:
            config.pop("seed")
        return config

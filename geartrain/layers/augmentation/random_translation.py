"""`RandomTranslation`: images moved."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.affine import AffineLayer, matrix
from geartrain.layers.augmentation.factors import as_range
from geartrain.tensor import Tensor


class RandomTranslation(AffineLayer):
    """Each image moved by its own way, while training.

    Args:
        height_factor: how far, as a part of the height: 0.2 is up to 20 % up and down; two
            numbers are the range. Positive is down.
        width_factor: the same for the width. Positive is to the right.
        fill_mode: what lies beyond the edges: "reflect", "constant", "wrap" or "nearest".
        interpolation: "bilinear" or "nearest".
        seed: a whole number; None takes one from the global seed.
        fill_value: the number of "constant".
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: a factor that is none.
        NotImplementedError: there is no such fill mode or interpolation.

    >>> from geartrain import layers
    >>> layer = layers.RandomTranslation(0.0, (0.5, 0.5), fill_mode="constant")
    >>> layer([[[1.0], [2.0], [3.0], [4.0]]]).numpy().ravel().tolist()
    [0.0, 0.0, 1.0, 2.0]
    """

    has_factor = False

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode, interpolation, fill_value, seed=seed, data_format=data_format, **kwargs
        )
        self.height_factor, self.width_factor = height_factor, width_factor
        low, high = as_range("RandomTranslation", "height_factor", height_factor)
        self.height_lower, self.height_upper = low, high
        low, high = as_range("RandomTranslation", "width_factor", width_factor)
        self.width_lower, self.width_upper = low, high

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "translations" of each image in pixels: to the right, and down."""
        if not training:
            return None
        images = self.images_in(data)
        height, width = self.size_of(images)
        shape = (self.count_of(images), 1)
        down = self.drawn(shape, (self.height_lower, self.height_upper), seed) * height
        right = self.drawn(shape, (self.width_lower, self.width_upper), seed) * width
        moves = ops.concatenate([right, down], axis=1)
        return {"translations": moves, "input_shape": images.shape}

    def matrix_of(self, transformation: Any) -> Tensor:
        right, down = ops.unstack(ops.convert_to_tensor(transformation["translations"]), axis=1)
        return matrix(1.0, 0.0, -right, 0.0, 1.0, -down)

    def get_config(self) -> dict[str, Any]:
        own = {"height_factor": self.height_factor, "width_factor": self.width_factor}
        return {**super().get_config(), **own}

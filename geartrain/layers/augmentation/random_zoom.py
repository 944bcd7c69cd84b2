"""`RandomZoom`: images seen from nearer or farther."""

from __future__ import annotations

import math
from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.affine import AffineLayer, matrix
from geartrain.layers.augmentation.factors import as_range
from geartrain.tensor import Tensor


class RandomZoom(AffineLayer):
    """Each image zoomed by its own factors, while training.

    Args:
        height_factor: how far, vertically: 0.2 is up to 20 % out and in; two numbers are the
            range. Positive is out: things become smaller.
        width_factor: the same horizontally; None: as vertically.
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
    >>> layers.RandomZoom((-0.5, -0.5))([[[1.0], [2.0], [3.0]]]).numpy().ravel().tolist()
    [1.5, 2.0, 2.5]
    """

    has_factor = False

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
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
        bounds = (math.nextafter(-1.0, 0.0), 1.0)  # -1 would leave nothing of an image
        self.height_factor, self.width_factor = height_factor, width_factor
        low, high = as_range("RandomZoom", "height_factor", height_factor, bounds)
        self.height_lower, self.height_upper = low, high
        if width_factor is not None:
            low, high = as_range("RandomZoom", "width_factor", width_factor, bounds)
            self.width_lower, self.width_upper = low, high

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "height_zoom" and "width_zoom" of each image: 1 changes nothing."""
        if not training:
            return None
        images = self.images_in(data)
        shape = (self.count_of(images), 1)
        down = self.drawn(shape, (1.0 + self.height_lower, 1.0 + self.height_upper), seed)
        right = down
        if self.width_factor is not None:
            right = self.drawn(shape, (1.0 + self.width_lower, 1.0 + self.width_upper), seed)
        return {"height_zoom": down, "width_zoom": right, "input_shape": images.shape}

    def matrix_of(self, transformation: Any) -> Tensor:
        height, width = self._size_in(transformation)
        down = ops.reshape(transformation["height_zoom"], (-1,))
        right = ops.reshape(transformation["width_zoom"], (-1,))
        x, y = (width - 1) / 2 * (1 - right), (height - 1) / 2 * (1 - down)
        return matrix(right, 0.0, x, 0.0, down, y)

    def get_config(self) -> dict[str, Any]:
        own = {"height_factor": self.height_factor, "width_factor": self.width_factor}
        return {**super().get_config(), **own}

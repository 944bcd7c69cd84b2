"""`Solarization`: the bright parts of images as their negatives."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.factors import as_range
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.tensor import Tensor


class Solarization(ColourLayer):
    """The values above a threshold inverted, while training: high + low - (x + addition).

    Args:
        addition_factor: what is added first, as a part of the range: a single number is the
            largest, two are the range from which each image gets its own.
        threshold_factor: the threshold, likewise.
        value_range: which values images have: (0, 255) or (0, 1).
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: a factor is below 0 or above 1, or the range is none.

    >>> from geartrain import layers
    >>> layers.Solarization()([[[0.0], [200.0]]]).numpy().ravel().tolist()
    [255.0, 55.0]
    """

    has_factor = False

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, seed=seed, **kwargs)
        unit = (0.0, 1.0)
        self.addition_factor = as_range("Solarization", "addition_factor", addition_factor, unit)
        self.threshold_factor = as_range("Solarization", "threshold_factor", threshold_factor, unit)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "additions" and "thresholds" of each image, for values from 0 to 255."""
        if not training:
            return None
        images = self.images_in(data)
        names = {"additions": self.addition_factor, "thresholds": self.threshold_factor}
        shape = (self.count_of(images),)
        return {
            name: per_image(self.drawn(shape, bounds, seed) * 255.0, images)
            for name, bounds in names.items()
        }

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        names = ("additions", "thresholds")
        addition, threshold = (
            ops.cast(per_image(transformation[name], images), images.dtype) for name in names
        )
        values = ops.clip(self.in_bytes(images) + addition, 0.0, 255.0)
        return self.from_bytes(ops.where(ops.less(values, threshold), values, 255.0 - values))

    def get_config(self) -> dict[str, Any]:
        own = {"addition_factor": self.addition_factor, "threshold_factor": self.threshold_factor}
        return {**super().get_config(), **own}

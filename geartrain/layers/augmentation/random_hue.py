"""`RandomHue`: the colours of images turned on their circle."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.tensor import Tensor


class RandomHue(ColourLayer):
    """Each image with its hue turned by its own angle, while training.

    Args:
        factor: how far: 1 is half a turn; a single number is the largest, two are the range. Half
            of the images turn the other way.
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
        ValueError: the factor is below 0 or above 1, or the range is none.

    >>> from geartrain import layers
    >>> red = [[[255.0, 0.0, 0.0]]]
    >>> sorted(layers.RandomHue((1.0, 1.0))(red).numpy().ravel().round().tolist())
    [0.0, 255.0, 255.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)
    listed = False

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
        """The "factor" of each image: a part of the circle, to one side or the other."""
        shape = (self.count_of(self.images_in(data)),)
        is_back = ops.less(self.drawn(shape, (0.0, 1.0), seed), 0.5)
        part = self.drawn(shape, self.factor, seed) * 0.5
        return {"factor": ops.where(is_back, -part, part)}

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        colours = ops.image.rgb_to_hsv(self.in_unit(images), data_format=self.data_format)
        axis = self.layout_of(images).channels
        hue, saturation, value = ops.split(colours, 3, axis=axis)
        turned = ops.mod(
            hue + ops.cast(per_image(transformation["factor"], images), hue.dtype), 1.0
        )
        joined = ops.concatenate([turned, saturation, value], axis=axis)
        found = ops.clip(ops.image.hsv_to_rgb(joined, data_format=self.data_format), 0.0, 1.0)
        return self.from_unit(found)

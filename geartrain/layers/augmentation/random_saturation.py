"""`RandomSaturation`: the colours of images made paler or stronger."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.tensor import Tensor

EPSILON = 1e-7


class RandomSaturation(ColourLayer):
    """Each image with its saturation multiplied by its own factor, while training.

    The factor is f / (1 - f), for an f that is drawn.

    Args:
        factor: f: 0 is grey, 0.5 changes nothing, 1 is as strong as can be; two numbers are the
            range.
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
    >>> print(layers.RandomSaturation((0.0, 0.0))([[[200.0, 100.0, 0.0]]]).numpy().ravel())
    [200. 200. 200.]
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
        """The "factor" of each image: what its saturation is multiplied by."""
        drawn = self.drawn((self.count_of(self.images_in(data)),), self.factor, seed)
        return {"factor": drawn / (1.0 - drawn + EPSILON)}

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        colours = ops.image.rgb_to_hsv(self.in_unit(images), data_format=self.data_format)
        axis = self.layout_of(images).channels
        hue, saturation, value = ops.split(colours, 3, axis=axis)
        factor = ops.cast(per_image(transformation["factor"], images), hue.dtype)
        # As in Keras, what is stronger than can be is cut off at 255, not at 1.
        joined = ops.concatenate([hue, ops.clip(saturation * factor, 0.0, 255.0), value], axis=axis)
        return self.from_unit(ops.image.hsv_to_rgb(joined, data_format=self.data_format))

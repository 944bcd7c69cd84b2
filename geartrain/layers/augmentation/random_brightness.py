"""`RandomBrightness`: images made lighter or darker."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.ops.image.layout import in_dtype
from geartrain.tensor import Tensor


class RandomBrightness(ColourLayer):
    """Each image lighter or darker by its own amount, while training.

    What is added is a part of the range of values; values are kept in it. Integers stay such.

    Args:
        factor: which part: 0.2 is up to 20 % darker and lighter; two numbers are the range. At -1
            an image is black, at 1 white.
        value_range: which values images have: (0, 255) or (0, 1).
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
    >>> layers.RandomBrightness((0.2, 0.2))([[[10.0], [250.0]]]).numpy().ravel().tolist()
    [61.0, 255.0]
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(value_range, factor=factor, seed=seed, **kwargs)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "rgb_delta" of each image: what is added."""
        images = self.images_in(data)
        low, high = self.value_range
        parts = self.drawn((self.count_of(images),), self.factor, seed)
        return {"rgb_delta": per_image(parts * (high - low), images)}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        given = ops.convert_to_tensor(images)
        if given.dtype.kind not in "iu":
            return super().transform_images(given, transformation, training=training)
        if not self.acts(transformation, training=training):
            return given
        return in_dtype(self.changed(ops.cast(given, "float32"), transformation), given.dtype)

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        delta = ops.cast(per_image(transformation["rgb_delta"], images), images.dtype)
        return self.clipped(images + delta)

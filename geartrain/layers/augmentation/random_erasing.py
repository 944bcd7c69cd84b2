"""`RandomErasing`: images with a hole."""

from __future__ import annotations

from typing import Any

from geartrain import ops, random
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.factors import as_range
from geartrain.layers.augmentation.image_layer import where_chosen
from geartrain.ops.image.layout import as_batch, from_batch
from geartrain.tensor import Tensor


class RandomErasing(ColourLayer):
    """Some images, at random, with a rectangle of noise or of one value, while training.

    Source: Zhong et al., "Random erasing data augmentation" (2017).

    Args:
        factor: the probability: a single number is the largest, two are the range from which it is
            drawn for each image.
        scale: two numbers: the range from which h and w are drawn; the rectangle is as high as
            sqrt(h) of the image, and as wide as sqrt(w) of it.
        fill_value: of the rectangle; None: normal noise in the range of values.
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
        ValueError: the factor or the scale is below 0 or above 1, or the range is none.

    >>> from geartrain import layers
    >>> layer = layers.RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=7.0)
    >>> sorted(layer([[[0.0], [0.0]], [[0.0], [0.0]]]).numpy().ravel().tolist())
    [0.0, 0.0, 0.0, 7.0]
    """

    FACTOR_BOUNDS = (0.0, 1.0)
    listed = False

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: float | None = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, seed=seed, data_format=data_format, **kwargs)
        self.scale = as_range("RandomErasing", "scale", scale, (0.0, 1.0))
        self.fill_value = fill_value

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Which images are changed, where ("batch_masks"), and what is put there."""
        if not training:
            return None
        images = self.images_in(data)
        count, (height, width) = self.count_of(images), self.size_of(images)
        rows = self._part(count, height, seed)
        columns = self._part(count, width, seed)
        mask = ops.logical_and(ops.expand_dims(rows, 2), ops.expand_dims(columns, 1))
        shape = as_batch(images, self.layout_of(images)).shape
        return {
            "apply_erasing": self.chosen(count, self.factor, seed),
            "batch_masks": ops.broadcast_to(ops.expand_dims(mask, -1), shape),
            "fill_value": self._filling(images, seed),
        }

    def _part(self, count: Any, size: Any, seed: Any) -> Tensor:
        """Which places of an axis are in the rectangle: (batch, size)."""
        length = ops.floor(ops.sqrt(self.drawn((count, 1), self.scale, seed)) * size)
        free = size - length
        start = ops.floor(self.drawn((count, 1), (0.0, 1.0), seed) * (free + 1))
        places = ops.expand_dims(ops.arange(size, dtype="float32"), 0)
        return ops.logical_and(ops.greater_equal(places, start), ops.less(places, start + length))

    def _filling(self, images: Tensor, seed: Any) -> Tensor:
        if self.fill_value is not None:
            return ops.full(images.shape, self.fill_value, dtype="float32")
        source = self.generator if seed is None else seed
        noise = random.normal(images.shape, seed=source)
        return self.from_unit(ops.clip(noise, 0.0, 1.0))

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        mask = from_batch(
            ops.convert_to_tensor(transformation["batch_masks"]), self.layout_of(images)
        )
        erased = ops.where(mask, ops.cast(transformation["fill_value"], images.dtype), images)
        return where_chosen(transformation["apply_erasing"], erased, images)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale, "fill_value": self.fill_value}

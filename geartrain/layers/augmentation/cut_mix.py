"""`CutMix`: images with a piece of another one."""

from __future__ import annotations

from typing import Any

from geartrain import ops, random
from geartrain.layers.augmentation.mixing import MixingLayer
from geartrain.tensor import Tensor

EPSILON = 1e-6


class CutMix(MixingLayer):
    """Each image with a rectangle of another of the batch, and their labels mixed, while training.

    The rectangle is as much of the image as the other's label is of the mixture: 1 - a, where a is
    drawn from Beta(f, f) for each image.

    Source: Yun et al., "CutMix: regularization strategy to train strong classifiers" (2019).

    Args:
        factor: from 0 to 1: the largest f, or two numbers: the range from which it is drawn.
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        A batch of images (batch, height, width, channels), or a dict of "images" and "labels".

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1.

    >>> from geartrain import layers, ops
    >>> data = {"images": ops.ones((2, 4, 4, 3)), "labels": ops.eye(2)}
    >>> layers.CutMix()(data)["images"].shape
    (2, 4, 4, 3)
    """

    FACTOR_BOUNDS = (0.0, 1.0)

    def __init__(
        self,
        factor: Any = 1.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor=factor, data_format=data_format, seed=seed, **kwargs)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """Where each image is cut ("batch_masks"), whose piece it gets, and the "mix_weight"."""
        images = self.images_in(data)
        if not training or images.ndim == 3:
            return None
        count, (height, width) = self.count_of(images), self.size_of(images)
        source = self.generator if seed is None else seed
        strength = self.drawn((count,), self.factor, seed) + EPSILON
        share = ops.reshape(random.beta((count,), strength, strength, seed=source), (-1, 1))
        side = ops.sqrt(1.0 - share)
        rows, columns = (self._part(side, size, seed) for size in (height, width))
        mask = ops.logical_and(ops.expand_dims(rows, 2), ops.expand_dims(columns, 1))
        axis = self.layout_of(images).channels
        return {
            "permutation_order": self.order_of(images, seed),
            "batch_masks": ops.broadcast_to(ops.expand_dims(mask, axis), images.shape),
            "mix_weight": ops.reshape(share, (-1, 1, 1, 1)),
        }

    def _part(self, side: Tensor, size: Any, seed: Any) -> Tensor:
        """Which places of an axis are in the rectangle: (batch, size)."""
        length = ops.round(side * size)
        free = size - length
        start = ops.floor(self.drawn(side.shape, (0.0, 1.0), seed) * (free + 1))
        places = ops.expand_dims(ops.arange(size, dtype="float32"), 0)
        return ops.logical_and(ops.greater_equal(places, start), ops.less(places, start + length))

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        return self._mixed(ops.cast(images, self.compute_dtype), transformation, training=training)

    def _mixed(self, images: Tensor, transformation: Any, *, training: Any) -> Tensor:
        if not training or transformation is None:
            return images
        others = ops.take(images, transformation["permutation_order"], axis=0)
        mixed: Tensor = ops.where(transformation["batch_masks"], others, images)
        return mixed

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, cut as the images are."""
        masks = ops.convert_to_tensor(segmentation_masks)
        if not training or transformation is None:
            return masks
        axis = -3 if self.data_format == "channels_first" else -1
        is_cut = ops.any(transformation["batch_masks"], axis=axis, keepdims=masks.ndim == 4)
        others = ops.take(masks, transformation["permutation_order"], axis=0)
        return ops.where(is_cut, others, masks)

"""`MixUp`: each image with another one shining through."""

from __future__ import annotations

from typing import Any

from geartrain import ops, random
from geartrain.layers.augmentation.image_layer import per_image
from geartrain.layers.augmentation.mixing import MixingLayer
from geartrain.tensor import Tensor


class MixUp(MixingLayer):
    """Each image, and its label, mixed with another of the batch, while training.

    a x + (1 - a) x of the other; a is drawn from Beta(alpha, alpha) for each image.

    Source: Zhang et al., "mixup: beyond empirical risk minimization" (2017).

    Args:
        alpha: from 0 to 1: how evenly they are mixed; small numbers leave one of them clear.
        data_format: "channels_last" (if None) or "channels_first".
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        A batch of images (batch, height, width, channels), or a dict of "images" and "labels".

    Output shape:
        The same.

    >>> from geartrain import layers, ops
    >>> data = {"images": ops.ones((2, 4, 4, 3)), "labels": ops.eye(2)}
    >>> layers.MixUp()(data)["labels"].shape
    (2, 2)
    """

    has_factor = False

    def __init__(
        self,
        alpha: float = 0.2,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        self.alpha = alpha

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """The "mix_weight" of each image, and with which it is mixed: "permutation_order"."""
        images = self.images_in(data)
        source = self.generator if seed is None else seed
        count = self.count_of(images)
        share = random.beta((count,), self.alpha, self.alpha, seed=source)
        return {"mix_weight": share, "permutation_order": self.order_of(images, seed)}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        given = ops.cast(images, self.compute_dtype)
        if not training or transformation is None or given.ndim == 3:
            return given
        x = self.working(given)
        share = ops.cast(per_image(transformation["mix_weight"], x), x.dtype)
        others = ops.take(x, transformation["permutation_order"], axis=0)
        return self.finished(share * x + (1 - share) * others)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, mixed as the images are."""
        masks = ops.convert_to_tensor(segmentation_masks)
        if not training or transformation is None or masks.ndim < 3:
            return masks
        return self.transform_labels(masks, transformation, training=training)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes of both images."""
        if not training or transformation is None:
            return bounding_boxes
        return self.both_boxes(bounding_boxes, transformation)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}

"""`RandAugment`: a few changes of many, at random."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.policy import COLOURING, MOVING, VALUING, PolicyLayer
from geartrain.tensor import Tensor


class RandAugment(PolicyLayer):
    """Images changed by some of eleven layers, drawn for each batch, while training.

    The layers shear, move, turn, and change brightness, colour, contrast, sharpness and values.

    Source: Cubuk et al., "RandAugment: practical automated data augmentation" (2019).

    Args:
        value_range: which values images have: (0, 255) or (0, 1).
        num_ops: how many layers change a batch, one after the other.
        factor: how strong the changes are: from 0, nothing, to 1.
        interpolation: "bilinear" or "nearest".
        seed: a whole number; None takes one from the global seed.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, 3) or (batch, height, width, 3), or a dict of "images" and what belongs to
        them.

    Output shape:
        The same.

    Raises:
        ValueError: the factor is below 0 or above 1, or the range is none.

    >>> from geartrain import layers, ops
    >>> layers.RandAugment()(ops.ones((2, 8, 8, 3))).shape
    (2, 8, 8, 3)
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor=factor, data_format=data_format, seed=seed, **kwargs)
        self.num_ops = num_ops
        self.make_layers((*MOVING, *COLOURING, *VALUING), interpolation, seed)

    def get_random_transformation(
        self, data: Any, training: bool | None = True, seed: Any = None
    ) -> Any:
        """What each layer would do ("transforms"), and which of them do it ("choices")."""
        if not training:
            return None
        chosen = self.choices(self.num_ops, seed)
        return {"transforms": self.transformations_of(data, seed), "choices": chosen}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        found = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return found
        changed: Tensor = self._by_all("transform_images", self.working(found), transformation)
        return ops.cast(changed, self.compute_dtype)

    def _by_all(self, method: str, data: Any, transformation: Any) -> Any:
        for at in range(self.num_ops):
            number = transformation["choices"][at]
            data = self.one_of(number, method, data, transformation["transforms"])
        return data

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The masks, moved as the images are."""
        masks = ops.convert_to_tensor(segmentation_masks)
        if not training or transformation is None:
            return masks
        return self._by_all("transform_segmentation_masks", masks, transformation)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The boxes, moved as the images are."""
        if not training or transformation is None:
            return bounding_boxes
        return self._by_all("transform_bounding_boxes", bounding_boxes, transformation)

    def get_config(self) -> dict[str, Any]:
        own = {"num_ops": self.num_ops, "interpolation": self.interpolation}
        return {**super().get_config(), **own}

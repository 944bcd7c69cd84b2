"""Images and labels mixed with those of other samples of the batch: what these layers share."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.augmentation.image_layer import ImageLayer
from geartrain.tensor import Tensor, format_shape


class MixingLayer(ImageLayer):
    """A layer that mixes each sample of a batch with another one."""

    def order_of(self, images: Tensor, seed: Any = None) -> Tensor:
        """With which other each sample is mixed: its number."""
        draws = self.drawn((self.count_of(images),), (0.0, 1.0), seed)
        return ops.cast(ops.argsort(draws, axis=0), "int32")

    def transform_labels(
        self, labels: Any, transformation: Any = None, training: bool | None = True
    ) -> Any:
        """The labels, mixed as the images are: a x + (1 - a) x of the other."""
        if not training or transformation is None:
            return labels
        tensor = ops.convert_to_tensor(labels)
        if tensor.dtype.kind in "biu":
            tensor = ops.cast(tensor, "float32")
        if tensor.ndim < 1:
            raise ValueError(_labels_message(tensor))
        share = ops.cast(ops.reshape(transformation["mix_weight"], (-1,)), tensor.dtype)
        share = ops.reshape(share, (*share.shape, *(1,) * max(tensor.ndim - 1, 1)))
        others = ops.take(tensor, transformation["permutation_order"], axis=0)
        return share * tensor + (1 - share) * others

    def both_boxes(self, bounding_boxes: Any, transformation: Any) -> Any:
        """The boxes of a sample, and those of the other one."""
        order = transformation["permutation_order"]
        return {
            name: ops.concatenate([ops.convert_to_tensor(each), ops.take(each, order, 0)], axis=1)
            for name, each in bounding_boxes.items()
        }


def _labels_message(labels: Tensor) -> str:
    return explain(
        "Labels are mixed with those of other samples",
        given=f"labels of shape {format_shape(labels.shape)}",
        expected="(batch, classes)",
        remedy="utils.to_categorical(labels)",
    )

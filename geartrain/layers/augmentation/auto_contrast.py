"""`AutoContrast`: images with values over the whole range."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.tensor import Tensor


class AutoContrast(ColourLayer):
    """Every channel of an image stretched over the whole range of values, always.

    A channel of one value stays as it is.

    Args:
        value_range: which values images have: (0, 255) or (0, 1).
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the range is none.

    >>> from geartrain import layers
    >>> layers.AutoContrast()([[[100.0], [110.0]]]).numpy().ravel().tolist()
    [0.0, 255.0]
    """

    has_factor = is_random = False

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(value_range, **kwargs)

    def acts(self, transformation: Any, *, training: Any) -> bool:
        return True

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        axes = self.layout_of(images).spatial
        values = self.in_bytes(images)
        low, high = (f(values, axis=axes, keepdims=True) for f in (ops.min, ops.max))
        span = high - low
        is_flat = ops.equal(span, 0)
        stretched = (values - low) * 255.0 / ops.where(is_flat, 1.0, span)
        found = ops.where(is_flat, values, ops.clip(stretched, 0.0, 255.0))
        return self.from_bytes(found)

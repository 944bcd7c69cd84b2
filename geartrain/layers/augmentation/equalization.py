"""`Equalization`: images with all values as often."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.histograms import BINS, counts_of
from geartrain.ops.image.layout import as_batch, from_batch
from geartrain.tensor import Tensor


class Equalization(ColourLayer):
    """Every channel of an image changed so that its values are spread evenly, while training.

    Each image by itself: what stands beside it in the batch does not count. A value becomes the
    part of the pixels that are not above it, without those of the lowest value:
    255 (passed - lowest) / (pixels - lowest), rounded.

    Args:
        value_range: which values images have: (0, 255) or (0, 1).
        bins: how many ranges values are counted in.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the range is none.

    >>> from geartrain import layers
    >>> layers.Equalization()([[[10.0], [11.0], [12.0]]]).numpy().ravel().tolist()
    [0.0, 128.0, 255.0]
    """

    has_factor = is_random = False

    def __init__(
        self,
        value_range: Any = (0, 255),
        bins: int = BINS,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, data_format=data_format, **kwargs)
        self.bins = bins

    def acts(self, transformation: Any, *, training: Any) -> bool:
        return bool(training)

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        layout = self.layout_of(images)
        batch = ops.transpose(as_batch(self.in_bytes(images), layout), (0, 3, 1, 2))
        images_, channels, height, width = self.sizes(batch)
        rows = ops.reshape(batch, (images_ * channels, height * width))
        steps = ops.floor(ops.clip(rows, 0.0, 255.0) * ((self.bins - 1) / 255.0))
        places = ops.cast(steps, "int32")  # (images times channels, pixels)
        tables = _tables(counts_of(places, self.bins), rows.shape[1])
        even = ops.take_along_axis(tables, places, axis=1)
        is_flat = ops.equal(ops.max(places, axis=1, keepdims=True), ops.min(places, 1, True))
        found = ops.reshape(ops.where(is_flat, rows, ops.cast(even, rows.dtype)), batch.shape)
        return self.from_bytes(from_batch(ops.transpose(found, (0, 2, 3, 1)), layout))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "bins": self.bins}


def _tables(counts: Tensor, pixels: Any) -> Tensor:
    """What each bin becomes, in a row of counts for each channel."""
    passed = ops.cumsum(counts, axis=1)
    lowest = ops.min(ops.where(ops.equal(passed, 0), float(2**24), passed), axis=1, keepdims=True)
    rest = ops.maximum(ops.cast(pixels, "float32") - lowest, 1.0)
    return ops.clip(ops.round((passed - lowest) * 255.0 / rest), 0.0, 255.0)

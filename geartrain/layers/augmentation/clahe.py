"""`ContrastLimitedAdaptiveHistogramEqualization`: images with even values everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import ops
from geartrain.layers.augmentation.colour_layer import ColourLayer
from geartrain.layers.augmentation.histograms import BINS, counts_of, looked_up
from geartrain.ops.image.layout import as_batch, from_batch, image_size, in_dtype
from geartrain.tensor import Tensor

EPSILON = 1e-7


class ContrastLimitedAdaptiveHistogramEqualization(ColourLayer):
    """Images whose values are spread evenly in each of some tiles, always.

    What a pixel becomes is read off the tables of the four tiles around it, each weighted by how
    near its middle is. No value counts more than `clip_limit` times what it would if all were as
    often, so that noise in a plain region stays small; what is cut off counts for all values.

    Source: Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV (1994).

    Args:
        value_range: which values images have: (0, 255) or (0, 1).
        clip_limit: how much more often than even a value may count.
        tile_grid_size: how many tiles there are along the height and along the width.
        data_format: "channels_last" (if None) or "channels_first".
        **kwargs: those of `Layer`, and `bounding_box_format`.

    Input shape:
        (height, width, channels) or (batch, height, width, channels), or a dict of "images" and
        what belongs to them.

    Output shape:
        The same.

    Raises:
        ValueError: the range is none.

    >>> from geartrain import layers, ops
    >>> layer = layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2))
    >>> layer(ops.ones((4, 4, 1))).shape
    (4, 4, 1)
    """

    has_factor = is_random = False
    listed = False

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: tuple[int, int] = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, data_format=data_format, **kwargs)
        self.clip_limit, self.tile_grid_size = clip_limit, tuple(tile_grid_size)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool | None = True
    ) -> Tensor:
        given = ops.convert_to_tensor(images)
        changed = self.changed(self.working(given), transformation)
        return in_dtype(changed, given.dtype)

    def changed(self, images: Tensor, transformation: Any) -> Tensor:
        layout = self.layout_of(images)
        height, width = image_size(type(self).__name__, images, layout)
        batch = as_batch(ops.clip(self.in_bytes(images), 0.0, 255.0), layout)
        numbers = ops.cast(batch, "int32")
        rows, columns = self.tile_grid_size
        ends = (-height % rows, -width % columns)
        whole = ops.pad(numbers, ((0, 0), (0, ends[0]), (0, ends[1]), (0, 0)), "symmetric")
        tables = self._tables(whole)
        even = self._mixed(tables, whole)[:, :height, :width]
        return self.from_bytes(ops.cast(from_batch(even, layout), images.dtype))

    def _tables(self, numbers: Tensor) -> Tensor:
        """The table of each tile: (batch * rows * columns * channels, bins)."""
        rows, columns = self.tile_grid_size
        count, height, width, channels = self.sizes(numbers)
        tall, wide = height // rows, width // columns
        tiles = ops.reshape(numbers, (count, rows, tall, columns, wide, channels))
        tiles = ops.transpose(tiles, (0, 1, 3, 5, 2, 4))
        counts = counts_of(
            ops.reshape(tiles, (count * rows * columns * channels, tall * wide)), BINS
        )
        area = tall * wide
        if self.clip_limit > 0:
            limit = self.clip_limit * area / BINS
            kept = ops.minimum(counts, limit)
            excess = ops.sum(counts - kept, axis=1, keepdims=True)
            counts = kept + excess / BINS
        passed = ops.cumsum(counts, axis=1)
        lowest, highest = passed[:, :1], passed[:, -1:]
        return (passed - lowest) * 255.0 / ops.maximum(highest - lowest, EPSILON)

    def _mixed(self, tables: Tensor, numbers: Tensor) -> Tensor:
        """What each pixel becomes, between the middles of four tiles."""
        count, height, width, channels = self.sizes(numbers)
        rows, columns = self.tile_grid_size
        top, bottom, down = _between(height, rows)
        left, right, across = _between(width, columns)
        image = ops.reshape(ops.arange(count, dtype="int32"), (-1, 1, 1, 1)) * rows
        channel = np.arange(channels, dtype=np.int32)

        def of(row: Any, column: Any) -> Tensor:
            tile = ((image + row[:, None, None]) * columns + column[:, None]) * channels
            return looked_up(tables, tile + channel, numbers)

        down, across = down[:, None, None], across[:, None]
        above = of(top, left) * (1 - across) + of(top, right) * across
        below = of(bottom, left) * (1 - across) + of(bottom, right) * across
        mixed: Tensor = above * (1 - down) + below * down
        return mixed

    def get_config(self) -> dict[str, Any]:
        own = {"clip_limit": self.clip_limit, "tile_grid_size": self.tile_grid_size}
        return {**super().get_config(), **own}


def _between(size: int, tiles: int) -> tuple[Any, Any, Any]:
    """For each place the tile before it, the one behind, and how much the second weighs."""
    place = np.arange(size) / (size / tiles) - 0.5
    before = np.floor(place)
    weight = (place - before).astype(np.float32)
    first = np.clip(before, 0, tiles - 1).astype(np.int32)
    second = np.clip(before + 1, 0, tiles - 1).astype(np.int32)
    return first, second, weight

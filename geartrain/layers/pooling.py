"""What the pooling layers share: the largest or the mean of what lies under a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.told_specs import spec_of_rank
from geartrain.ops.nn.spatial import chosen_layout, for_each_axis
from geartrain.tensor import Shape, Tensor, format_shape

Numbers = int | Sequence[int]
AXES = ("steps", "rows, columns", "planes, rows, columns")


@configured()
class Pooling(Layer):
    """One number for each window, over `rank` spatial axes.

    Args:
        pool_size: the window's size; one number for all axes, or one for each.
        strides: how far the window moves; None: by its own size.
        padding: "valid" (windows stay inside) or "same" (a window for each stride of the input;
            what lies outside does not count).
        data_format: "channels_last" (None means that) or "channels_first".
        name: None numbers the class's name.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, ..., channels)`, or `(batch, channels, ...)` for "channels_first"

    Raises:
        ValueError: an argument or an input does not fit; the message names it.
    """

    built_from_start = True
    rank: ClassVar[int]
    pool_mode: ClassVar[str]
    pool: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        pool_size: Numbers,
        strides: Numbers | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = for_each_axis("pool_size", pool_size, self.rank)
        step = self.pool_size if strides is None else strides
        self.strides = for_each_axis("strides", step, self.rank)
        self.padding = padding
        self.data_format = chosen_layout(data_format)

    def told_spec(self) -> Any:
        return spec_of_rank(self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        pool = type(self).pool
        return pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class MaxPooling(Pooling):
    """The largest element under each window."""

    pool_mode = "max"
    pool = staticmethod(ops.max_pool)


class AveragePooling(Pooling):
    """The mean of the elements under each window."""

    pool_mode = "average"
    pool = staticmethod(ops.average_pool)


@configured()
class GlobalPooling(Layer):
    """One number for each channel, over all of `rank` spatial axes.

    Args:
        data_format: "channels_last" (None means that) or "channels_first".
        keepdims: whether the spatial axes stay, with size 1.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, ..., channels)`, or `(batch, channels, ...)` for "channels_first"
    Output shape:
        `(batch, channels)`; with `keepdims`, with ones for the spatial axes
    """

    built_from_start = True
    rank: ClassVar[int]
    pool: ClassVar[Callable[..., Tensor]]

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = chosen_layout(data_format)
        self.keepdims = keepdims

    def spatial_axes(self) -> list[int]:
        """The axes between the batch and the channels, or behind both."""
        first = 2 if self.data_format == "channels_first" else 1
        return [*range(first, first + self.rank)]

    def told_spec(self) -> Any:
        return spec_of_rank(self.rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        return type(self).pool(inputs, self.spatial_axes(), self.keepdims)


class GlobalMaxPooling(GlobalPooling):
    """The largest element of each channel."""

    pool = staticmethod(ops.max)


class GlobalAveragePooling(GlobalPooling):
    """The mean of each channel."""

    pool = staticmethod(ops.mean)


def check_rank(layer: Layer, shape: Shape, rank: int) -> None:
    """Refuse an input without a batch, `rank` spatial axes, and channels.

    Raises:
        ValueError: that is what it is.
    """
    if len(shape) == rank + 2:
        return
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' cannot take this input",
            given=f"input of shape {format_shape(shape)}",
            expected=f"rank {rank + 2}: (batch, {AXES[rank - 1]}, channels)",
            axis=f"rank: {len(shape)} against {rank + 2}",
            remedy="x[..., None] for one channel"
            if len(shape) == rank + 1
            else f"a layer for {max(len(shape) - 2, 1)} spatial axes",
        )
    )

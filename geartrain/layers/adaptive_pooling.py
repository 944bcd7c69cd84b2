"""What the adaptive pooling layers share: a size of the output, and parts that fit it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.pooling import check_rank
from geartrain.ops.nn.spatial import chosen_layout
from geartrain.tensor import Tensor


@configured()
class AdaptivePooling(Layer):
    """One number for each of as many parts of the spatial axes as asked for.

    Part i of an axis goes from place floor(i * size / parts) up to but not including
    ceil((i + 1) * size / parts).

    Args:
        output_size: how many parts; one number for all axes, or one for each.
        data_format: "channels_last" or "channels_first".
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, ..., channels)`, or `(batch, channels, ...)` for "channels_first"
    Output shape:
        the same, with `output_size` for the spatial axes

    Raises:
        TypeError: `output_size` is no number and not one for each axis.
        ValueError: an input has another rank.
    """

    rank: ClassVar[int]
    pool: ClassVar[Callable[..., Tensor]]

    def __init__(
        self, output_size: int | Sequence[int], data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.output_size = self._checked_size(output_size)
        self.data_format = chosen_layout(data_format)

    def _checked_size(self, given: Any) -> tuple[int, ...]:
        sizes = (given,) * self.rank if isinstance(given, int) else given
        fits = isinstance(sizes, list | tuple) and len(sizes) == self.rank
        if fits and all(isinstance(each, int) for each in sizes):
            return tuple(sizes)
        raise TypeError(_size_message(self, given))

    def call(self, inputs: Tensor) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        return type(self).pool(inputs, self.output_size, self.data_format)

    def compute_output_shape(self, input_shape: Any) -> Any:
        if self.data_format == "channels_first":
            return (*input_shape[:2], *self.output_size)
        return (input_shape[0], *self.output_size, input_shape[-1])


class AdaptiveMaxPooling(AdaptivePooling):
    """The largest element of each part."""

    pool = staticmethod(ops.adaptive_max_pool)


class AdaptiveAveragePooling(AdaptivePooling):
    """The mean of each part."""

    pool = staticmethod(ops.adaptive_average_pool)


def _size_message(layer: AdaptivePooling, given: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' needs the size of its output",
        given=f"output_size={given!r}",
        expected=f"a whole number, or {layer.rank} of them",
        remedy=f"output_size={(2,) * layer.rank}",
    )

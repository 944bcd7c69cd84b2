"""What the layers share that put zeros around the spatial axes, or cut borders off."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.layers.pooling import check_rank
from geartrain.layers.told_specs import spec_of_rank
from geartrain.ops import pad
from geartrain.ops.nn.spatial import chosen_layout
from geartrain.ops.shaping import cut_out, static_size
from geartrain.tensor import Tensor

Borders = tuple[tuple[int, int], ...]


class Bordering(Layer):
    """A layer with a width before and behind each of `rank` spatial axes."""

    rank: ClassVar[int]

    def __init__(self, label: str, widths: Any, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = chosen_layout(data_format)
        self.borders = self._borders(label, widths)

    def told_spec(self) -> Any:
        return spec_of_rank(self.rank + 2)

    def first_axis(self) -> int:
        """The first spatial axis."""
        return 2 if self.data_format == "channels_first" else 1

    def _borders(self, label: str, widths: Any) -> Borders:
        """A pair for each axis: of one number, of one for each axis, or of pairs."""
        if not isinstance(widths, int | list | tuple):
            raise ValueError(_widths_message(self, label, widths))
        given = [widths] * self.rank if isinstance(widths, int) else list(widths)
        if self.rank == 1 and len(given) == 2 and all(isinstance(each, int) for each in given):
            given = [tuple(given)]
        pairs = [(each, each) if isinstance(each, int) else tuple(each) for each in given]
        if len(pairs) != self.rank or any(len(each) != 2 or min(each) < 0 for each in pairs):
            raise ValueError(_widths_message(self, label, widths))
        return tuple((int(before), int(behind)) for before, behind in pairs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        check_rank(self, input_shape, self.rank)
        sizes = list(input_shape)
        for axis, border in enumerate(self.borders, self.first_axis()):
            sizes[axis] = self.new_size(sizes[axis], sum(border))
        return tuple(sizes)

    @abstractmethod
    def new_size(self, size: Any, border: int) -> Any:
        """The size of an axis with, or without, borders of a width."""


class ZeroPadding(Bordering):
    """Zeros around the spatial axes."""

    def call(self, inputs: Tensor) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        widths = [(0, 0)] * (self.rank + 2)
        widths[self.first_axis() : self.first_axis() + self.rank] = self.borders
        return pad(inputs, widths)

    def new_size(self, size: Any, border: int) -> Any:
        """With the border."""
        return None if size is None else size + border


class Cropping(Bordering):
    """Borders of the spatial axes cut off."""

    def call(self, inputs: Tensor) -> Tensor:
        check_rank(self, inputs.shape, self.rank)
        for axis, (before, behind) in enumerate(self.borders, self.first_axis()):
            size = static_size(inputs.shape[axis], type(self).__name__)
            if before + behind >= size:
                raise ValueError(_size_message(self, inputs.shape, axis, before + behind))
            inputs = cut_out(inputs, axis, before, size - behind)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        found = super().compute_output_shape(input_shape)
        for axis, (size, border) in enumerate(
            zip(found[self.first_axis() :], self.borders, strict=False)
        ):
            if isinstance(size, int) and size < 1:
                at = axis + self.first_axis()
                raise ValueError(_size_message(self, input_shape, at, sum(border)))
        return found

    def new_size(self, size: Any, border: int) -> Any:
        """Without the border."""
        return None if size is None else size - border


def _widths_message(layer: Bordering, label: str, widths: Any) -> str:
    one: Sequence[Any] = ((1, 1),) * layer.rank if layer.rank > 1 else (1, 1)
    return explain(
        f"{type(layer).__name__} '{layer.name}' does not know which borders",
        given=f"{label}={widths!r}",
        expected=f"a number, or {layer.rank} numbers or pairs (before, behind), not negative",
        remedy=f"{label}={one}",
    )


def _size_message(layer: Bordering, shape: Any, axis: int, cut: int) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' would leave nothing",
        given=f"an input of shape {shape}",
        expected=f"more than {cut} places on axis {axis}, which are cut off",
        axis=f"axis {axis}: {shape[axis]} places",
        remedy="a smaller cropping",
    )

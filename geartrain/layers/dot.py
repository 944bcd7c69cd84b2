"""`Dot`: the dot products of the samples of two tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.merging import check_shapes, checked_inputs
from geartrain.ops import einsum, expand_dims, normalize
from geartrain.tensor import Tensor, format_shape, normalize_axis


@configured()
class Dot(Layer):
    """The sum of products along an axis of each of two tensors, sample by sample.

    Args:
        axes: the axis, or one for each of the two.
        normalize: whether vectors along the axis get length 1 first: cosines come out.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.Dot(axes=1)([ops.array([[1.0, 2.0]]), ops.array([[3.0, 4.0]])]).numpy().tolist()
    [[11.0]]
    """

    supports_masking = True

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axes: Any = _checked_axes(self, axes)
        self.normalize = normalize

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        x, y = self._pair(checked_inputs(self, inputs, 2))
        first, second = self._axes_of(x.shape, y.shape)
        if self.normalize:
            x, y = normalize(x, first), normalize(y, second)
        names = "a" + "bcdefg"[: x.ndim - 1], "a" + "hijklm"[: y.ndim - 1]
        own = names[1].replace(names[1][second], names[0][first])
        kept = [each for each in names[0] + own[1:] if each != names[0][first]]
        found = einsum(f"{names[0]},{own}->{''.join(kept)}", x, y)
        return expand_dims(found, 1) if found.ndim == 1 else found

    def _pair(self, inputs: Sequence[Any]) -> Sequence[Any]:
        if len(inputs) == 2:
            return inputs
        raise ValueError(
            explain(
                f"Dot '{self.name}' multiplies two tensors",
                given=f"a list of {len(inputs)}",
                expected="a list of two",
                remedy="layers.Dot(axes=1)([x, y])",
            )
        )

    def _axes_of(self, first: Any, second: Any) -> tuple[int, int]:
        """The axis of each of the two that is summed over."""
        axes = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        own, other = normalize_axis(axes[0], len(first)), normalize_axis(axes[1], len(second))
        if not own or not other:
            raise ValueError(_axes_message(self, self.axes))
        sizes = first[own], second[other]
        if all(isinstance(size, int) for size in sizes) and sizes[0] != sizes[1]:
            raise ValueError(_sizes_message(self, first, second, own, other))
        return own, other

    def compute_output_shape(self, input_shape: Any) -> Any:
        check_shapes(self, input_shape, 2)
        first, second = self._pair(input_shape)
        own, other = self._axes_of(first, second)
        kept = [*first[:own], *first[own + 1 :], *second[1:other], *second[other + 1 :]]
        return tuple(kept) if len(kept) > 1 else (*kept, 1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """No mask: what comes out has other places."""


def _checked_axes(layer: Dot, axes: Any) -> Any:
    """The axes that were given, if they are axes behind the batch."""
    if isinstance(axes, int):
        return axes
    if not isinstance(axes, list | tuple):
        raise TypeError(_axes_message(layer, axes))
    if len(axes) != 2 or not all(isinstance(each, int) for each in axes):
        raise ValueError(_axes_message(layer, axes))
    return list(axes)


def _sizes_message(layer: Dot, first: Any, second: Any, own: int, other: int) -> str:
    return explain(
        f"Dot '{layer.name}' cannot multiply these",
        given=f"tensors of shapes {format_shape(first)} and {format_shape(second)}",
        expected="axes of one size",
        axis=f"axis {own} of the first: {first[own]}; axis {other} of the second: {second[other]}",
        remedy="layers.Dot(axes=(1, 2)), with the axes that fit",
    )


def _axes_message(layer: Dot, axes: Any) -> str:
    return explain(
        f"Dot '{layer.name}' needs an axis of each of two tensors",
        given=f"axes={axes!r}",
        expected="a whole number, or two of them, that are not the batch's axis",
        remedy="layers.Dot(axes=-1)",
    )


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **kwargs: Any) -> Tensor:
    """The dot products of the samples of two tensors: `Dot(axes, **kwargs)(inputs)`."""
    found: Tensor = Dot(axes, **kwargs)(inputs)
    return found

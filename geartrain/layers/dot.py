"""`Dot`: the dot products of the samples of two tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.layer import Layer
from geartrain.layers.merging import checked_inputs
from geartrain.ops import einsum, expand_dims, normalize
from geartrain.tensor import Tensor, normalize_axis


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

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axes, self.normalize = axes, normalize

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        x, y = checked_inputs(self, inputs, 2)
        axes = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        first, second = (normalize_axis(a, t.ndim) for a, t in zip(axes, (x, y), strict=True))
        if self.normalize:
            x, y = normalize(x, first), normalize(y, second)
        names = "a" + "bcdefg"[: x.ndim - 1], "a" + "hijklm"[: y.ndim - 1]
        own = names[1].replace(names[1][second], names[0][first])
        kept = [each for each in names[0] + own[1:] if each != names[0][first]]
        found = einsum(f"{names[0]},{own}->{''.join(kept)}", x, y)
        return expand_dims(found, 1) if found.ndim == 1 else found


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **kwargs: Any) -> Tensor:
    """The dot products of the samples of two tensors: `Dot(axes, **kwargs)(inputs)`."""
    found: Tensor = Dot(axes, **kwargs)(inputs)
    return found

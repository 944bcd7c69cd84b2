"""`Concatenate`: several tensors, one behind the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from geartrain import ops
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.merging import check_masks, check_shapes, checked_inputs
from geartrain.tensor import Tensor, normalize_axis


@configured()
class Concatenate(Layer):
    """Tensors joined along an axis; they agree on all others.

    Args:
        axis: along which.
        **kwargs: those of `Layer`.

    >>> from geartrain import layers, ops
    >>> layers.Concatenate()([ops.ones((2, 3)), ops.ones((2, 4))]).shape
    (2, 7)
    """

    supports_masking = True

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def build(self, input_shape: Any) -> None:
        check_shapes(self, input_shape)

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        return ops.concatenate(checked_inputs(self, inputs), self.axis)

    def compute_output_shape(self, input_shape: Any) -> Any:
        check_shapes(self, input_shape)
        first = list(input_shape[0])
        axis = normalize_axis(self.axis, len(first))
        for shape in input_shape[1:]:
            size = shape[axis]
            known = size is not None and first[axis] is not None
            first[axis] = first[axis] + size if known else None
        return tuple(first)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Steps one behind the other; of joined features, True where one of the masks is."""
        check_masks(self, inputs, mask)
        if not mask or all(each is None for each in mask):
            return None
        rank = inputs[0].ndim
        if normalize_axis(self.axis, rank) == 1 and rank > 2:
            filled = [
                ops.ones(x.shape[:2], "bool") if own is None else own
                for x, own in zip(inputs, mask, strict=True)
            ]
            return ops.concatenate(filled, 1)
        filled = [ops.ones(inputs[0].shape[:2], "bool") if own is None else own for own in mask]
        return reduce(ops.logical_or, filled)


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Tensor:
    """Several tensors, one behind the other: `Concatenate(axis, **kwargs)(inputs)`."""
    found: Tensor = Concatenate(axis, **kwargs)(inputs)
    return found

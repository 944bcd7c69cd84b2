"""What the layers that make one tensor of several share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import reduce
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.ops import expand_dims, logical_and
from geartrain.tensor import Tensor, format_shape


class Merging(Layer):
    """One tensor of a list of them, which are broadcast against each other.

    One of a lower rank gets axes of size 1 behind the batch.
    """

    supports_masking = True

    @abstractmethod
    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        """Two tensors as one."""

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        tensors = checked_inputs(self, inputs)
        rank = max(each.ndim for each in tensors)
        return self.merge_all([with_rank(each, rank) for each in tensors])

    def merge_all(self, tensors: Sequence[Tensor]) -> Tensor:
        """All tensors, the first two first."""
        return reduce(self.merge, tensors)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """True where all masks are that there are."""
        given = [each for each in mask or () if each is not None]
        return reduce(logical_and, given) if given else None


def checked_inputs(layer: Layer, inputs: Any, least: int = 1) -> list[Tensor]:
    """The tensors of a list.

    Raises:
        ValueError: it is no list, or one that is too short.
    """
    if isinstance(inputs, list | tuple) and len(inputs) >= least:
        return list(inputs)
    shape = format_shape(inputs.shape) if isinstance(inputs, Tensor) else repr(inputs)
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' makes one tensor of several",
            given=f"one of shape {shape}" if isinstance(inputs, Tensor) else shape,
            expected=f"a list of tensors, {least} at least",
            remedy=f"layers.{type(layer).__name__}()([x, y])",
        )
    )


def with_rank(x: Tensor, rank: int) -> Tensor:
    """The tensor with axes of size 1 behind its first, up to a rank."""
    missing = rank - x.ndim
    return expand_dims(x, tuple(range(1, 1 + missing))) if missing and x.ndim else x

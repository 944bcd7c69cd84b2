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

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

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

    def compute_output_shape(self, input_shape: Any) -> Any:
        check_shapes(self, input_shape)
        rank = max(len(shape) for shape in input_shape)
        filled = [(*shape[:1], *(1,) * (rank - len(shape)), *shape[1:]) for shape in input_shape]
        return tuple(reduce(_broadcast, sizes) for sizes in zip(*filled, strict=True))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """True where all masks are that there are."""
        given = [each for each in mask or () if each is not None]
        return reduce(logical_and, given) if given else None


def _broadcast(first: Any, second: Any) -> Any:
    """The size that two become; None is any size, which a known one makes known."""
    if first == second or second in (1, None):
        return first
    if first in (1, None):
        return second
    raise ValueError(
        explain(
            "These sizes do not go together",
            given=f"{first} and {second} on one axis",
            expected="the same size, or 1",
            remedy="layers.Reshape(...) before",
        )
    )


def check_shapes(layer: Layer, shapes: Any, least: int = 1) -> None:
    """Refuse what is no list of shapes.

    Raises:
        ValueError: it is none, or too short.
    """
    listed = isinstance(shapes, list | tuple) and len(shapes) >= least
    if listed and all(isinstance(each, list | tuple) for each in shapes):
        return
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' makes one tensor of several",
            given=f"input_shape={shapes!r}",
            expected=f"a list of shapes, {least} at least",
            remedy="[(None, 3), (None, 3)]",
        )
    )


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

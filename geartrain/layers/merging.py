"""What the layers that make one tensor of several share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.ops import expand_dims, logical_or
from geartrain.tensor import Tensor, format_shape


class Merging(Layer):
    """One tensor of a list of them, which are broadcast against each other.

    One of a lower rank gets axes of size 1 behind the batch.
    """

    supports_masking = True
    least: ClassVar[int] = 1  # so many tensors are merged

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    @abstractmethod
    def merge(self, first: Tensor, second: Tensor) -> Tensor:
        """Two tensors as one."""

    def build(self, input_shape: Any) -> None:
        check_shapes(self, input_shape, self.least)
        self.compute_output_shape(input_shape)  # which refuses shapes that do not go together

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        tensors = checked_inputs(self, inputs)
        batches = {
            each.shape[0] for each in tensors if each.ndim and isinstance(each.shape[0], int)
        }
        if len(batches) > 1:
            raise ValueError(_batches_message(self, tensors))
        rank = max(each.ndim for each in tensors)
        return self.merge_all([with_rank(each, rank) for each in tensors])

    def merge_all(self, tensors: Sequence[Tensor]) -> Tensor:
        """All tensors, the first two first."""
        return reduce(self.merge, tensors)

    def compute_output_shape(self, input_shape: Any) -> Any:
        check_shapes(self, input_shape)
        rank = max(len(shape) for shape in input_shape)
        filled = [(*shape[:1], *(1,) * (rank - len(shape)), *shape[1:]) for shape in input_shape]
        batch, *others = zip(*filled, strict=True)
        one = batch[0] if len({*batch}) == 1 else None
        return (one, *(reduce(_broadcast, sizes) for sizes in others))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """True where one of the masks is; none, where an input has none."""
        check_masks(self, inputs, mask)
        if mask is None or any(each is None for each in mask):
            return None
        return reduce(logical_or, mask)


def _broadcast(first: Any, second: Any) -> Any:
    """The size that two become; with any size, None, any."""
    if first is None or second is None:
        return None
    if first == second or second == 1:
        return first
    if first == 1:
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
            expected=f"a list of tensors, {least} at least, and so of shapes",
            remedy=f"layers.{type(layer).__name__}()([x, y])",
        )
    )


def check_masks(layer: Layer, inputs: Any, mask: Any) -> None:
    """Refuse masks that are not one for each of a list of tensors.

    Raises:
        ValueError: they are not.
    """
    listed = isinstance(inputs, list | tuple) and isinstance(mask, list | tuple)
    if mask is None or (listed and len(inputs) == len(mask)):
        return
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' needs a mask for each tensor",
            given=f"{len(mask)} masks" if isinstance(mask, list | tuple) else "one mask",
            expected=f"a list of {len(inputs)}, with None where there is no mask"
            if isinstance(inputs, list | tuple)
            else "a list of tensors, and one of masks",
            remedy="mask=[first_mask, None]",
        )
    )


def _batches_message(layer: Layer, tensors: Sequence[Tensor]) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' merges samples with their likes",
        given=f"shapes {', '.join(format_shape(each.shape) for each in tensors)}",
        expected="one batch size",
        axis="axis 0",
        remedy="geartrain.ops.add(x, y) broadcasts the batch as well",
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

"""The axes along which normalization layers have weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.tensor import Shape, format_shape, normalize_axes


def axis_sizes(layer: Layer, shape: Shape, axis: int | Sequence[int]) -> tuple[int, ...]:
    """The sizes of an axis, or of several.

    Raises:
        ValueError: one of them is not known.
    """
    sizes: list[Any] = [shape[each] for each in normalize_axes(axis, len(shape))]
    if all(isinstance(size, int) for size in sizes):
        return tuple(sizes)
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' cannot be built on this input",
            given=f"input of shape {format_shape(shape)}, axis={axis}",
            expected="a known size of that axis: there is a weight for each place of it",
            remedy="axis=-1, where the channels are the last axis, and layers.Input((None, 64))",
        )
    )

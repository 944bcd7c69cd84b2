"""The shapes that weights can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geartrain.errors import explain
from geartrain.tensor import Dim

if TYPE_CHECKING:
    from geartrain.layers.layer import Layer


def checked_sizes(layer: Layer, shape: Any) -> tuple[int, ...]:
    """The shape of a weight as a tuple, if it is one.

    Raises:
        ValueError: a size is no whole number, or not known yet.
    """
    sizes = () if shape is None else shape
    if isinstance(sizes, list | tuple) and all(isinstance(each, int) for each in sizes):
        return tuple(sizes)
    known = isinstance(sizes, list | tuple) and not any(isinstance(each, Dim) for each in sizes)
    if known and all(hasattr(each, "__index__") for each in sizes):
        return tuple(int(each) for each in sizes)
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' cannot have a weight of this shape",
            given=f"shape={shape!r}",
            expected="a tuple of whole numbers, all known when the layer is built",
            remedy="self.add_weight(shape=(input_shape[-1], self.units))",
        )
    )

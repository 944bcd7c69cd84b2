"""The `input_spec` of layers that check their inputs themselves, for those who read it.

Dense(10), built for (None, 784)   ->   InputSpec(min_ndim=2, axes={-1: 784})
"""

from __future__ import annotations

from typing import Any

from geartrain.layers.input_spec import InputSpec


def spec_of_rank(rank: int) -> InputSpec:
    """Inputs of a rank."""
    return InputSpec(ndim=rank)


def spec_of_built_rank(layer: Any, *axes: int) -> InputSpec | None:
    """Inputs of the rank, and of the sizes along some axes, that a layer was built for."""
    shape = built_shape(layer)
    return None if shape is None else InputSpec(ndim=len(shape), axes=_sizes(shape, axes))


def spec_from_rank(layer: Any, rank: int, axis: int) -> InputSpec:
    """Inputs of a rank at least; once the layer is built, of the size it has along an axis."""
    return InputSpec(min_ndim=rank, axes=_sizes(built_shape(layer), (axis,)))


def built_shape(layer: Any) -> Any:
    """The shape of the only input that a layer was built for; None if there is none."""
    shapes = vars(layer).get("_built_for")
    return shapes[0] if shapes is not None and len(shapes) == 1 else None


def _sizes(shape: Any, axes: Any) -> dict[int, int | None]:
    return {} if shape is None else {axis: shape[axis] for axis in axes}

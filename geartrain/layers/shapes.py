"""The shapes of what a layer gives, found by letting symbols run through it.

(None, 28, 28)   ->   a symbol of shape (batch, 28, 28)   ->   (batch, 784)   ->   (None, 784)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.symbolic import KerasTensor
from geartrain.symbolic.steps import computed_specs
from geartrain.tensor import Dim, DType, Tensor
from geartrain.tensor.nest import map_nest

AxisSize = int | Dim | None


def is_shape(value: Any) -> bool:
    """Whether this is one shape, and no nest of shapes."""
    return isinstance(value, list | tuple) and all(
        each is None or isinstance(each, int | Dim) for each in value
    )


def map_shapes(function: Callable[[Any], Any], nest: Any) -> Any:
    """A function of every shape of a nest."""
    if is_shape(nest):
        return function(tuple(nest))
    if isinstance(nest, dict):
        return {name: map_shapes(function, each) for name, each in nest.items()}
    return type(nest)(map_shapes(function, each) for each in nest)


def without_symbols(nest: Any) -> Any:
    """Shapes with None for each symbol."""

    def plain(shape: tuple[AxisSize, ...]) -> tuple[AxisSize, ...]:
        return tuple(None if isinstance(size, Dim) else size for size in shape)

    return map_shapes(plain, nest)


def shapes_by_call(layer: Callable[..., Any], dtype: DType, *shapes: Any, **named: Any) -> Any:
    """The nest of shapes that a layer gives for inputs of these shapes, None being any size."""
    nests = [map_shapes(lambda shape: KerasTensor(shape, dtype), each) for each in shapes]
    names = {
        name.removesuffix("_shape"): map_shapes(lambda shape: KerasTensor(shape, dtype), each)
        for name, each in named.items()
    }
    found = computed_specs(layer, nests, names)
    return map_nest(lambda each: each.shape if isinstance(each, Tensor) else each, found)

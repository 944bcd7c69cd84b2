"""The shapes of what a layer gives, found by letting symbols run through it.

(None, 28, 28)   ->   a symbol of shape (batch, 28, 28)   ->   (batch, 784)   ->   (None, 784)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim, DType, Tensor
from geartrain.tensor.nest import flatten, map_nest, pack_like

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


def with_symbols(shape: Sequence[AxisSize]) -> tuple[int | Dim, ...]:
    """The shape with a symbol for each None: `batch` for the first axis."""
    return tuple(
        (Dim("batch") if at == 0 else Dim(f"axis{at}")) if size is None else size
        for at, size in enumerate(shape)
    )


def without_symbols(nest: Any) -> Any:
    """Shapes with None for each symbol."""

    def plain(shape: tuple[AxisSize, ...]) -> tuple[AxisSize, ...]:
        return tuple(None if isinstance(size, Dim) else size for size in shape)

    return map_shapes(plain, nest)


def traced_shapes(function: Callable[..., Any], dtype: DType, *shapes: Any, **named: Any) -> Any:
    """The nest of shapes that a function of tensors gives for inputs of these shapes."""
    leaves: list[tuple[int | Dim, ...]] = []

    def keep(shape: tuple[AxisSize, ...]) -> int:
        leaves.append(with_symbols(shape))
        return len(leaves) - 1

    numbered = map_shapes(keep, [*shapes]), {k: map_shapes(keep, v) for k, v in named.items()}
    found: list[Any] = []

    def through(*inputs: Tensor) -> list[Tensor]:
        args, kwargs = map_nest(lambda number: inputs[number], numbered)
        names = {name.removesuffix("_shape"): each for name, each in kwargs.items()}
        found.append(function(*args, **names))
        return flatten(found[0])

    trace(through, [Spec(shape, dtype) for shape in leaves])
    return pack_like(found[0], [each.shape for each in flatten(found[0])])

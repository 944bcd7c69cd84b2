"""Functions of `geartrain.ops` with TensorFlow's names and arguments.

square = unary("square", ops.square)   ->   def square(x, name=None): return ops.square(x)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.tensor import Tensor

Operation = Callable[..., Any]


def unary(name: str, operation: Operation) -> Callable[..., Tensor]:
    """A function of one tensor."""

    def function(x: Any, name: str | None = None) -> Tensor:
        found: Tensor = operation(x)
        return found

    return _described(function, name, operation)


def of_features(name: str, operation: Operation) -> Callable[..., Tensor]:
    """A function of one tensor that TensorFlow calls `features`."""

    def function(features: Any, name: str | None = None) -> Tensor:
        found: Tensor = operation(features)
        return found

    return _described(function, name, operation)


def of_input(name: str, operation: Operation) -> Callable[..., Tensor]:
    """A function of one tensor that TensorFlow calls `input`."""

    def function(input: Any, name: str | None = None) -> Tensor:
        found: Tensor = operation(input)
        return found

    return _described(function, name, operation)


def binary(name: str, operation: Operation) -> Callable[..., Tensor]:
    """A function of two tensors."""

    def function(x: Any, y: Any, name: str | None = None) -> Tensor:
        found: Tensor = operation(x, y)
        return found

    return _described(function, name, operation)


def reduction(name: str, operation: Operation) -> Callable[..., Tensor]:
    """A function that takes axes away; None takes all."""

    def function(
        input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
    ) -> Tensor:
        found: Tensor = operation(input_tensor, axes_of(axis), keepdims)
        return found

    return _described(function, name, operation)


def axes_of(axis: Any) -> Any:
    """Axes as Python has them, whatever they are given as: TensorFlow takes tensors, too."""
    if axis is None or isinstance(axis, int):
        return axis
    given = axis.tolist() if hasattr(axis, "tolist") else list(axis)
    return tuple(map(int, given)) if isinstance(given, list) else int(given)


def _described(function: Any, name: str, operation: Operation) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = (operation.__doc__ or name).split("\n")[0]
    return function

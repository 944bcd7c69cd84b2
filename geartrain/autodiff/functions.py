"""Derivatives of functions: `grad`, `value_and_grad`, `vjp`, `jacobian`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.autodiff.tape import GradientTape
from geartrain.tensor import Tensor

Function = Callable[..., Tensor]


def value_and_grad(function: Function, argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """A function that gives `function`'s value, and its derivative by the arguments `argnums`.

    >>> from geartrain import ops
    >>> value, slope = value_and_grad(lambda x: x * x)(ops.convert_to_tensor(3.0))
    >>> float(value), float(slope)
    (9.0, 6.0)
    """
    chosen = (argnums,) if isinstance(argnums, int) else argnums

    def both(*arguments: Any) -> tuple[Tensor, Any]:
        sources = [arguments[number] for number in chosen]
        with GradientTape() as tape:
            tape.watch(sources)
            value = function(*arguments)
        slopes = tape.gradient(value, sources, unconnected_gradients="zero")
        return value, slopes[0] if isinstance(argnums, int) else tuple(slopes)

    return both


def grad(function: Function, argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """A function that gives the derivative of `function` by the arguments `argnums`.

    >>> from geartrain import ops
    >>> float(grad(lambda x: x * x * x)(ops.convert_to_tensor(2.0)))
    12.0
    """
    both = value_and_grad(function, argnums)
    return lambda *arguments: both(*arguments)[1]


def vjp(function: Function, *arguments: Tensor) -> tuple[Tensor, Callable[[Tensor], Any]]:
    """The value at `arguments`, and the map from a derivative by it to those by the arguments."""
    tape = GradientTape(persistent=True)
    with tape:
        tape.watch(list(arguments))
        value = function(*arguments)

    def pull_back(cotangent: Tensor) -> tuple[Tensor, ...]:
        found = tape.gradient(value, list(arguments), [cotangent], unconnected_gradients="zero")
        return tuple(found)

    return value, pull_back


def jacobian(function: Function) -> Callable[[Tensor], Tensor]:
    """A function that gives every partial derivative: shape `(*value.shape, *argument.shape)`."""

    def matrix(argument: Tensor) -> Tensor:
        with GradientTape(persistent=True) as tape:
            tape.watch(argument)
            value = function(argument)
        partials: Tensor = tape.jacobian(value, argument)
        return partials

    return matrix

"""Derivatives of functions: `grad`, `value_and_grad`, `jacobian`, `hessian`.

Arguments may be nests (lists, tuples, dicts) of tensors and variables, and derivatives come in the
same nests. Arrays and Python floats are taken for tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from geartrain.autodiff.tape import GradientTape
from geartrain.errors import explain
from geartrain.tensor import Tensor, Variable, format_shape
from geartrain.tensor.dtypes import is_differentiable, scalar_default
from geartrain.tensor.nest import flatten, map_nest

Function = Callable[..., Any]
Argnums = int | Sequence[int]


def value_and_grad(
    function: Function, argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """A function that gives `function`'s value, and its derivative by the arguments `argnums`.

    Args:
        function: gives a tensor (of one that is no scalar, the sum is differentiated); with
            `has_aux` a pair of it and anything else.
        argnums: the number of an argument, or several.
        has_aux: whether the value comes as `(value, aux)`; it is given back so.

    Raises:
        TypeError: an argument to differentiate by holds whole numbers or no numbers at all.

    >>> from geartrain import ops
    >>> value, slope = value_and_grad(lambda x: x * x)(ops.convert_to_tensor(3.0))
    >>> float(value), float(slope)
    (9.0, 6.0)
    """

    @wraps(function)
    def both(*arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        given, sources = chosen("value_and_grad", arguments, argnums)
        with GradientTape() as tape:
            tape.watch(sources)
            value = function(*given, **keywords)
        target = parted(value)[0] if has_aux else value
        slopes = tape.gradient(target, sources, unconnected_gradients="zero")
        return value, slopes

    return both


def grad(function: Function, argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that gives the derivative of `function` by the arguments `argnums`.

    With `has_aux`, `function` gives `(value, aux)`, and the result is `(derivative, aux)`.

    >>> from geartrain import ops
    >>> float(grad(lambda x: x * x * x)(ops.convert_to_tensor(2.0)))
    12.0
    """
    both = value_and_grad(function, argnums, has_aux)

    @wraps(function)
    def slope(*arguments: Any, **keywords: Any) -> Any:
        value, slopes = both(*arguments, **keywords)
        return (slopes, value[1]) if has_aux else slopes

    return slope


def jacobian(function: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that gives every partial derivative: shape `(*value.shape, *argument.shape)`.

    Where `function` gives a nest of tensors, there is one jacobian for each of them; where the
    arguments are several or nests, each of those is a nest of jacobians.

    >>> from geartrain import ops
    >>> jacobian(lambda x: x * x)(ops.convert_to_tensor([1.0, 2.0])).numpy().tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    """

    @wraps(function)
    def matrix(*arguments: Any, **keywords: Any) -> Any:
        given, sources = chosen("jacobian", arguments, argnums)
        with GradientTape(persistent=True) as tape:
            tape.watch(sources)
            value = function(*given, **keywords)
        return map_nest(
            lambda each: tape.jacobian(each, sources, unconnected_gradients="zero"), value
        )

    return matrix


def hessian(function: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that gives the second partial derivatives of a scalar function.

    Of an argument x the shape is `(*x.shape, *x.shape)`; of several, or of nests, `h[i][j]` is the
    derivative by the arguments i and j, of shape `(*x_i.shape, *x_j.shape)`.

    Raises:
        ValueError: the function's value is no scalar.

    >>> from geartrain import ops
    >>> hessian(lambda x: x[0] * x[0] * x[1])(ops.convert_to_tensor([2.0, 3.0])).numpy().tolist()
    [[6.0, 4.0], [4.0, 0.0]]
    """

    @wraps(function)
    def scalar(*arguments: Any, **keywords: Any) -> Any:
        value = function(*arguments, **keywords)
        shapes = [each.shape for each in flatten(value)]
        if shapes != [()]:
            raise ValueError(_scalar_message(shapes))
        return value

    return jacobian(grad(scalar, argnums), argnums)


def chosen(where: str, arguments: Sequence[Any], argnums: Argnums) -> tuple[list[Any], Any]:
    """All arguments, and those to differentiate by, with arrays and floats made tensors.

    Raises:
        TypeError: one to differentiate by has no derivative.
        ValueError: there is no argument of that number.
    """
    numbers = [argnums] if isinstance(argnums, int) else list(argnums)
    given = list(arguments)
    for number in numbers:
        if not -len(given) <= number < len(given):
            raise ValueError(_number_message(where, number, len(given)))
        given[number] = as_tensors(where, given[number])
    sources = tuple(given[number] for number in numbers)
    return given, sources[0] if isinstance(argnums, int) else sources


def as_tensors(where: str, nest: Any) -> Any:
    """A nest of tensors and variables, with arrays and floats made tensors.

    Raises:
        TypeError: a leaf has no derivative.
    """
    return map_nest(lambda leaf: _as_tensor(where, leaf), nest)


def _as_tensor(where: str, leaf: Any) -> Tensor | Variable:
    tensor = leaf if isinstance(leaf, Tensor | Variable) else _converted(leaf)
    if not is_differentiable(tensor.dtype):
        raise TypeError(_dtype_message(where, tensor))
    return tensor


def _converted(leaf: Any) -> Tensor:
    array = np.asarray(leaf)
    dtype = array.dtype if hasattr(leaf, "dtype") else scalar_default(array.dtype)
    return Tensor(np.array(array, dtype))


def parted(pair: Any) -> tuple[Any, Any]:
    """The value and what is beside it, of a function with `has_aux`."""
    if not (isinstance(pair, tuple) and len(pair) == 2):
        raise TypeError(
            explain(
                "With has_aux=True a function gives a pair",
                given=f"{pair!r:.60}",
                expected="(value, aux), as has_aux=True set",
                remedy="return value, aux",
            )
        )
    return pair


def _dtype_message(where: str, leaf: Tensor | Variable) -> str:
    return explain(
        f"{where} differentiates by floating-point numbers",
        given=f"an argument of {leaf.dtype.name}{format_shape(leaf.shape)}",
        expected="a tensor, a variable, an array or a number of a floating-point dtype",
        remedy="3.0 instead of 3, or ops.cast(x, 'float32')",
    )


def _number_message(where: str, number: int, count: int) -> str:
    return explain(
        f"{where} has no such argument to differentiate by",
        given=f"argnums={number}, and {count} positional arguments",
        expected=f"a number below {count}, as the call has that many",
        remedy="argnums=0",
    )


def _scalar_message(shapes: Sequence[Any]) -> str:
    return explain(
        "hessian takes a function whose value is one number",
        given="values of shape " + ", ".join(map(format_shape, shapes)),
        expected="one value of shape ()",
        remedy="hessian(lambda x: ops.sum(f(x))), or jacobian(jacobian(f))",
    )

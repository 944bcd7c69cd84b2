"""Looking into compiled functions: printing and checking, with numbers, in order.

    @geartrain.jit
    def step(x):
        y = ops.sqrt(x)
        debug.print("y is {}", y)                         each call prints its numbers
        debug.check(ops.isfinite(y), "y is {}", y)        each call is checked
        return y

Python's own `print` and `assert` run once, while the function is traced, and see symbols. These
run in every call, between two pieces of machine code, in the order in which they stand; inside of
`ops.cond` only where the branch is taken. Called eagerly they act at once. A compiled function
lists them among its `host_calls`: they cost time, and are taken out when all is well.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.graph import Tracer
from geartrain.graph.effects import Act, Effect
from geartrain.ops import convert_to_tensor
from geartrain.tensor import Array, Tensor, Variable, current_interpreter
from geartrain.tensor.nest import flatten, map_nest
from geartrain.tensor.user_line import Line, user_line

__all__ = ["check", "print"]

PRINT, CHECK = Effect("debug.print"), Effect("debug.check")


def print(format: str, *values: Any, **named: Any) -> None:
    """Print a text with the numbers of tensors, each time that a compiled function comes by.

    Args:
        format: as of `str.format`: `"loss {:.3f} in step {step}"`.
        *values: tensors, variables, nests of them, or anything else, for its places.
        **named: the same, for places with names.

    Raises:
        IndexError, KeyError: the format has a place for which no value is given.

    >>> from geartrain import debug, jit, ops
    >>> @jit
    ... def double(x):
    ...     debug.print("x is {} and {name} {:.1f}", x, ops.sum(x), name="its sum")
    ...     return x * 2
    >>> y = double(ops.convert_to_tensor([1, 2]))
    x is [1 2] and its sum 3.0
    """
    format.format(*map(_anything, values), **dict.fromkeys(named, _Anything()))
    given = (values, named)

    def act(numbers: Sequence[Array]) -> None:
        found, words = _with_numbers(given, numbers)
        builtins.print(format.format(*found, **words), flush=True)

    _act(PRINT, act, given)


def check(condition: Any, message: str = "", *values: Any) -> None:
    """Raise where a condition does not hold, each time that a compiled function comes by.

    Variables keep the values that they had before the step in which a check fails.

    Args:
        condition: a bool or a tensor of bools, which must all be true.
        message: what is said where they are not; as of `str.format`, with places for `values`.
        *values: tensors whose numbers the message has.

    Raises:
        AssertionError: the condition does not hold; with the message and the line of the check.
    """
    line = user_line()
    given = (condition, values)
    message.format(*map(_anything, values))

    def act(numbers: Sequence[Array]) -> None:
        holds, found = _with_numbers(given, numbers)
        if not np.all(holds):
            raise AssertionError(_check_message(line, message.format(*found), np.asarray(holds)))

    _act(CHECK, act, given)


def _act(effect: Effect, act: Act, given: Any) -> None:
    """Act at once on numbers, or write the effect down in the function that is traced."""
    leaves = [each for each in flatten(given) if _is_tensor(each)]
    tensors = [convert_to_tensor(each) for each in leaves]
    tracer = _tracer_of(tensors)
    if tracer is None:
        act([each.numpy() for each in tensors])
    else:
        tracer.act(effect, act, tensors)


def _tracer_of(tensors: Sequence[Tensor]) -> Tracer | None:
    """Who traces the function that asks; None where it runs as it stands."""
    found: list[Any] = [current_interpreter()]
    found += [getattr(each.value, "interpreter", None) for each in tensors]
    return next((each for each in found if isinstance(each, Tracer)), None)


def _with_numbers(given: Any, numbers: Sequence[Array]) -> Any:
    """What was given, with NumPy's or Python's numbers in the place of tensors."""
    remaining = iter(numbers)
    return map_nest(lambda each: _readable(next(remaining)) if _is_tensor(each) else each, given)


def _readable(array: Array) -> Any:
    return array.item() if array.ndim == 0 else array


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Tensor | Variable)


class _Anything:
    """Stands for a value while a format is tried."""

    def __getattr__(self, name: str) -> _Anything:
        return self

    def __getitem__(self, key: Any) -> _Anything:
        return self

    def __format__(self, spec: str) -> str:
        return ""


def _anything(_: Any) -> _Anything:
    return _Anything()


def _check_message(line: Line, message: str, holds: Array) -> str:
    first = tuple(int(at) for at in np.argwhere(~holds.astype(bool))[0]) if holds.ndim else ()
    count = f"false in {int((~holds.astype(bool)).sum())} of {holds.size} places, first at {first}"
    return explain(
        f"A check failed at {line.quoted()}",
        given=message or (count if holds.ndim else "a condition that is false"),
        expected="a condition that is true" + (" in every place" if holds.ndim else ""),
        remedy='debug.print("{}", x) before it, to see the numbers',
        axis=count if message and holds.ndim else None,
    )

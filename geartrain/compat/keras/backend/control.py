"""Choices, and functions of every element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain import ops

__all__ = ["foldl", "foldr", "in_top_k", "map_fn", "switch"]


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """The one or the other: as a whole for one condition, else element by element.

    >>> switch(True, 1.0, 2.0).item()
    1.0
    """
    first, second = (
        each() if callable(each) and not hasattr(each, "shape") else each
        for each in (then_expression, else_expression)
    )
    condition = ops.cast(condition, "bool")
    for _ in range(len(ops.convert_to_tensor(first).shape) - len(condition.shape)):
        if not condition.shape:
            break
        condition = ops.expand_dims(condition, -1)
    return ops.where(condition, first, second)


def map_fn(fn: Callable[[Any], Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """What a function gives for each entry along the first axis."""
    return ops.map(fn, elems)


def foldl(
    fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None
) -> Any:
    """A function of what was so far and the next entry, from the first to the last."""
    first = elems[0] if initializer is None else initializer
    rest = elems[1:] if initializer is None else elems

    def turn(carry: Any, entry: Any) -> tuple[Any, Any]:
        return fn(carry, entry), None

    return ops.scan(turn, ops.convert_to_tensor(first), rest)[0]


def foldr(
    fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None
) -> Any:
    """The same from the last to the first."""
    return foldl(fn, ops.flip(elems, 0), initializer, name)


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether each target is among the k likeliest."""
    return ops.in_top_k(targets, predictions, k)

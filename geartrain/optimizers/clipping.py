"""Clipping of gradients: by value, by each one's length, by the length of all together.

Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks"
(2013), section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from geartrain.ops import (
    add,
    cast,
    clip,
    convert_to_tensor,
    divide,
    maximum,
    multiply,
    sqrt,
    subtract,
)
from geartrain.ops import square as squared
from geartrain.ops import sum as total
from geartrain.tensor import Tensor

Gradients = list[Tensor | None]


def clip_by_value(gradients: Sequence[Tensor | None], limit: float) -> Gradients:
    """Every element between -limit and limit."""
    return _each(gradients, lambda gradient: clip(gradient, -limit, limit))


def clip_by_norm(gradients: Sequence[Tensor | None], limit: float) -> Gradients:
    """g * limit / max(|g|, limit), for each gradient alone."""
    return _each(gradients, lambda gradient: _shortened(gradient, _length([gradient]), limit))


def clip_by_global_norm(gradients: Sequence[Tensor | None], limit: float) -> Gradients:
    """The same with the length of all gradients together, so that their direction stays.

    Where that length is infinite, all gradients become NaN, so that the step does not look fine.
    """
    given = [each for each in gradients if each is not None]
    if not given:
        return list(gradients)
    length = _length(given)
    known = add(divide(limit, maximum(length, limit)), subtract(length, length))  # NaN if infinite
    return _each(gradients, lambda gradient: multiply(gradient, cast(known, gradient.dtype)))


def _each(
    gradients: Sequence[Tensor | None], clipped: Callable[[Tensor], Tensor]
) -> list[Tensor | None]:
    return [None if each is None else clipped(convert_to_tensor(each)) for each in gradients]


def _length(gradients: Sequence[Tensor]) -> Tensor:
    """The root of the sum of all squares."""
    return sqrt(reduce(add, [total(squared(each)) for each in gradients]))


def _shortened(gradient: Tensor, length: Tensor, limit: float) -> Tensor:
    return divide(multiply(gradient, limit), maximum(length, limit))

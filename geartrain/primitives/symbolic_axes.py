"""Moves along an axis whose size is a symbol: by numbers of places, which are counted when it runs.

flipped    y[i] = x[n - 1 - i]
shifted    y[i] = x[i - 1], and y[0] is a number
"""

from __future__ import annotations

from geartrain.primitives.calculus import full_like
from geartrain.primitives.comparison import equal
from geartrain.primitives.elementwise import maximum, subtract
from geartrain.primitives.functions import select
from geartrain.primitives.indexing import iota, size, take
from geartrain.primitives.movement import broadcast_to, reshape
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import INT64

__all__: list[str] = []


def flipped_by_numbers(x: Tensor, axis: int) -> Tensor:
    """The places of an axis in reverse."""
    places = _places(x, axis)
    count = broadcast_to(size(x, axes=(axis,), dtype=INT64), shape=places.shape)
    last = subtract(count, full_like(places, 1))
    turned: Tensor = take(x, subtract(last, places), axis=axis)
    return turned


def shifted_by_numbers(x: Tensor, axis: int, first: float) -> Tensor:
    """Each place holds what the one before it held; the first one holds a number."""
    places = _places(x, axis)
    before = maximum(subtract(places, full_like(places, 1)), full_like(places, 0))
    begins = equal(places, full_like(places, 0))
    shape = tuple(each if number == axis else 1 for number, each in enumerate(x.shape))
    edge = broadcast_to(reshape(begins, shape=shape), shape=x.shape)
    moved: Tensor = select(edge, full_like(x, first), take(x, before, axis=axis))
    return moved


def _places(x: Tensor, axis: int) -> Tensor:
    """0, 1, 2, ... along an axis."""
    places: Tensor = iota(shape=(x.shape[axis],), axis=0, dtype=INT64)
    return places

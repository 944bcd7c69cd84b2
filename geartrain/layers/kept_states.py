"""`KeptStates`: the states of a stateful layer, from one batch to the next."""

from __future__ import annotations

import math
from typing import Any

from geartrain import primitives
from geartrain.ops import (
    arange,
    cast,
    cumsum,
    equal,
    ones_like,
    reshape,
    subtract,
    take,
    where,
    zeros_like,
)
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.nest import flatten, map_nest


class KeptStates:
    """Variables in the nest of a cell's states. They are no weights: a layer does not hold them.

    Args:
        first: the first states.
    """

    def __init__(self, first: Any) -> None:
        self.nest = map_nest(_kept, first)

    @property
    def batch(self) -> int:
        """For how many samples there is a state."""
        size: int = flatten(self.nest)[0].shape[0]
        return size

    def for_batch_of(self, series: Tensor) -> Any:
        """The states, for a series of as many samples; see `_of_size` for a size not known yet."""
        return map_nest(lambda each: _of_size(each.value, series.shape[0], series), self.nest)

    def set_to(self, states: Any, series: Tensor) -> None:
        """Keep these, which came of a series."""
        for variable, state in zip(flatten(self.nest), flatten(states), strict=True):
            variable.assign(cast(_of_size(state, self.batch, series), variable.dtype))

    def reset(self) -> None:
        """Go back to zeros."""
        for variable in flatten(self.nest):
            variable.assign(zeros_like(variable.value))


def _kept(state: Any) -> Variable:
    return Variable(state, trainable=False, name="rnn_state")


def _of_size(state: Tensor, size: Any, series: Tensor) -> Tensor:
    """A state with so many samples.

    In a compiled step the batch's size is not known. The step takes the rows by number, and NaN
    instead where there are not as many of them as the layer keeps states for.
    """
    state = cast(state, series.dtype)
    if state.shape[0] == size:
        return state
    kept = state.shape[0] if isinstance(state.shape[0], int) else size
    fits = equal(primitives.size(series, axes=(0,), dtype=series.dtype), float(kept))
    rows = arange(size) if isinstance(size, int) else _rows_of(series)
    found: Tensor = where(fits, take(state, rows, axis=0), math.nan)
    return found


def _rows_of(series: Tensor) -> Tensor:
    """0, 1, 2, ...: the numbers of a batch's samples, however many there are."""
    first = reshape(series, (series.shape[0], -1))[:, 0]
    return subtract(cumsum(ones_like(first, "int32")), 1)

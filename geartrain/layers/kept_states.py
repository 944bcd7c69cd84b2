"""`KeptStates`: the states of a stateful layer, from one batch to the next."""

from __future__ import annotations

from typing import Any

from geartrain.ops import cast, zeros_like
from geartrain.tensor import Variable
from geartrain.tensor.nest import flatten, map_nest


class KeptStates:
    """Variables in the nest of a cell's states. They are no weights: a layer does not hold them.

    Args:
        first: the first states.
        path: of the layer.
    """

    def __init__(self, first: Any, path: str) -> None:
        self.nest = map_nest(lambda each: _kept(each, path), first)

    def set_to(self, states: Any) -> None:
        """Keep these."""
        for variable, state in zip(flatten(self.nest), flatten(states), strict=True):
            variable.assign(cast(state, variable.dtype))

    def reset(self) -> None:
        """Go back to zeros."""
        for variable in flatten(self.nest):
            variable.assign(zeros_like(variable.value))


def _kept(state: Any, path: str) -> Variable:
    variable = Variable(state, trainable=False, name="rnn_state")
    variable.path = f"{path}/rnn_state"
    return variable

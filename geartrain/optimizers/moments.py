"""Moving means of gradients and of their squares, which start at 0.

Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), sections 2 and 3.
"""

from __future__ import annotations

from typing import Any

from geartrain.ops import add, cast, multiply, power, subtract
from geartrain.tensor import Tensor, Variable


def move_mean(mean: Variable, value: Any, share: Any) -> Tensor:
    """Move a mean towards a value by a share of the way, and give where it is then."""
    moved = add(mean, multiply(subtract(value, mean), share))
    mean.assign(moved)
    return moved


def still_missing(iterations: Any, variable: Variable, *betas: float) -> list[Tensor]:
    """1 - beta^t for each: the share that a mean, begun at 0, has of its value after t steps.

    Args:
        iterations: how many steps there were before this one.
        variable: in its dtype the shares are.
        betas: how much of a mean is kept in a step.
    """
    step = cast(add(iterations, 1), variable.dtype)
    return [subtract(1.0, power(cast(beta, variable.dtype), step)) for beta in betas]

"""The moving mean of the weights (EMA), which often generalises better than the last weights.

    average = momentum * average + (1 - momentum) * weight

Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992), for
means of iterates; the exponential weighing is that of Izmailov et al. (2018) and later practice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.ops import add, cast, equal, mod, multiply, not_equal, subtract, where
from geartrain.tensor import Tensor, Variable


def move_average(average: Variable, variable: Variable, steps: Any, momentum: float) -> None:
    """Take a variable's value into its mean; the first one becomes the mean."""
    kept = multiply(cast(not_equal(steps, 0), variable.dtype), momentum)
    moved = add(multiply(kept, average), multiply(subtract(1.0, kept), variable))
    average.assign(moved)


def is_turn(steps: Any, frequency: int) -> Tensor:
    """Whether the step that follows so many is the last of a round."""
    return equal(mod(add(steps, 1), frequency), 0)


def overwrite_if(turn: Tensor, variable: Variable, average: Variable) -> None:
    """Give a variable its mean, in a step in which that is due."""
    variable.assign(where(turn, average, variable))


def check_lengths(variables: Sequence[Any], averages: Sequence[Any]) -> None:
    """Raise where there is not one mean for each variable.

    Raises:
        ValueError: the numbers differ.
    """
    if len(variables) != len(averages):
        raise ValueError(
            explain(
                "The means of the weights are of other variables",
                given=f"{len(variables)} variables",
                expected=f"the {len(averages)} variables that the optimizer was built with",
                remedy="optimizer.finalize_variable_values(model.trainable_variables)",
            )
        )

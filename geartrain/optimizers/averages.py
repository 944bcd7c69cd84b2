"""The moving mean of the weights (EMA), which often generalises better than the last weights.

    average = momentum * average + (1 - momentum) * weight

Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992), for
means of iterates; Kingma and Ba, "Adam" (2015), section 7.2, for exponential weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geartrain.errors import explain
from geartrain.ops import add, cast, multiply, not_equal, subtract, where
from geartrain.optimizers.gathering import is_turn
from geartrain.tensor import Variable

if TYPE_CHECKING:
    from geartrain.optimizers.optimizer import Optimizer


def move_averages(optimizer: Optimizer) -> None:
    """Take the variables into their means, and give them these where that is due."""
    steps, frequency = optimizer.iterations, optimizer.ema_overwrite_frequency
    averages = optimizer._model_variables_moving_average
    for variable, average in zip(optimizer._trainable_variables, averages, strict=True):
        if average is None:  # a variable that takes its gradient as its value
            continue
        _move(average, variable, steps, optimizer.ema_momentum)
        if frequency:
            variable.assign(where(is_turn(steps, frequency), average, variable))


def _move(average: Variable, variable: Variable, steps: Any, momentum: float) -> None:
    """Take a variable's value into its mean; the first one becomes the mean."""
    kept = multiply(cast(not_equal(steps, 0), variable.dtype), momentum)
    average.assign(add(multiply(kept, average), multiply(subtract(1.0, kept), variable)))


def take_averages(variables: Sequence[Variable], averages: Sequence[Variable | None]) -> None:
    """Give the variables their means.

    Raises:
        ValueError: there is not one mean for each variable.
    """
    if len(variables) != len(averages):
        raise ValueError(_lengths_message(variables, averages))
    for variable, average in zip(variables, averages, strict=True):
        if average is not None:
            variable.assign(average.value)


def _lengths_message(variables: Sequence[Any], averages: Sequence[Any]) -> str:
    return explain(
        "The means of the weights are of other variables",
        given=f"{len(variables)} variables",
        expected=f"the {len(averages)} variables that the optimizer was built with",
        remedy="optimizer.finalize_variable_values(model.trainable_variables)",
    )

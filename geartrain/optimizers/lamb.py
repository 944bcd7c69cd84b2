"""LAMB: Adam's steps, as long as the weights of each layer are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import (
    add,
    cast,
    divide,
    greater,
    logical_and,
    multiply,
    sqrt,
    square,
    subtract,
    where,
)
from geartrain.ops import sum as total
from geartrain.optimizers.moments import move_mean, still_missing
from geartrain.optimizers.two_means import TwoMeans
from geartrain.tensor import Variable


class Lamb(TwoMeans):
    """r = m' / (sqrt(v') + epsilon), Adam's step; w -= learning_rate * |w| / |r| * r.

    m' and v' are Adam's means, corrected; where |w| or |r| is 0, the step is r.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        beta_1, beta_2: how much of the mean gradient and of its mean square is kept.
        epsilon: keeps the divisor from 0.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes"
    (2020), algorithm 2.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Lamb(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9
    """

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the means of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        names = ["momentum", "velocity"]
        self._momentums, self._velocities = self.add_optimizer_variables(given, names)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its means, by its gradient."""
        place = self._get_variable_index(variable)
        gradient = cast(gradient, variable.dtype)
        first, second = still_missing(self.iterations, variable, self.beta_1, self.beta_2)
        mean = move_mean(self._momentums[place], gradient, 1 - self.beta_1)
        spread = move_mean(self._velocities[place], square(gradient), 1 - self.beta_2)
        root = add(sqrt(divide(spread, second)), self.epsilon)
        step = divide(divide(mean, first), root)
        rate = multiply(_trust(variable, step), cast(learning_rate, variable.dtype))
        variable.assign(subtract(variable, multiply(rate, step)))


def _trust(variable: Variable, step: Any) -> Any:
    """|w| / |r|, or 1 where one of them is 0."""
    weight, length = (sqrt(total(square(each))) for each in (variable, step))
    both = logical_and(greater(weight, 0.0), greater(length, 0.0))
    return where(both, divide(weight, where(both, length, 1.0)), 1.0)

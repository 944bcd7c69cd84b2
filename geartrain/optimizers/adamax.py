"""Adamax: Adam, dividing by the greatest recent gradient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import abs as magnitude
from geartrain.ops import add, cast, divide, maximum, multiply, subtract
from geartrain.optimizers.moments import move_mean, still_missing
from geartrain.optimizers.two_means import TwoMeans
from geartrain.tensor import Variable


class Adamax(TwoMeans):
    """m = b1 * m + (1 - b1) * g; u = max(b2 * u, |g|); w -= rate / (1 - b1^t) * m / (u + epsilon).

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        beta_1, beta_2: how much of the mean gradient and of the greatest one is kept.
        epsilon: keeps the divisor from 0.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), section 7.1.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Adamax(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9
    """

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the mean and the greatest gradient of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        self._m, self._u = self.add_optimizer_variables(given, ["momentum", "norm"])

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its state, by its gradient."""
        place = self._get_variable_index(variable)
        gradient = cast(gradient, variable.dtype)
        (missing,) = still_missing(self.iterations, variable, self.beta_1)
        mean = move_mean(self._m[place], gradient, 1 - self.beta_1)
        greatest = maximum(multiply(self.beta_2, self._u[place]), magnitude(gradient))
        self._u[place].assign(greatest)
        rate = multiply(cast(learning_rate, variable.dtype), mean)
        change = divide(rate, multiply(missing, add(greatest, self.epsilon)))
        variable.assign(subtract(variable, change))

"""Adamax: Adam, dividing by the greatest recent gradient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import abs as magnitude
from geartrain.ops import add, cast, divide, maximum, multiply, subtract
from geartrain.optimizers.moments import move_mean, still_missing
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class Adamax(Optimizer):
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

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            use_ema=use_ema,
            ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency,
            loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps,
            name=name,
            **kwargs,
        )
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

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

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }

"""Adam: momentum, and division by the root of the mean square, both corrected at the start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import add, cast, divide, maximum, multiply, sqrt, square, subtract
from geartrain.optimizers.moments import move_mean, still_missing
from geartrain.optimizers.optimizer import Rate
from geartrain.optimizers.two_means import TwoMeans
from geartrain.tensor import Variable


class Adam(TwoMeans):
    """m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g²; w -= rate * m / (sqrt(v) + epsilon).

    `rate` is learning_rate * sqrt(1 - b2^t) / (1 - b1^t) at step t, which makes up for means
    that start at 0. With `amsgrad` the greatest v so far divides.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        beta_1, beta_2: how much of the mean gradient and of its mean square is kept.
        epsilon: keeps the root from 0: "epsilon hat" of the paper.
        amsgrad: whether the mean square may not shrink.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), section 2; Reddi,
    Kale and Kumar, "On the convergence of Adam and beyond" (2018), algorithm 2, for AMSGrad.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Adam(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
            beta_1,
            beta_2,
            epsilon,
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
        self.amsgrad = amsgrad

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the means of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        names = ["momentum", "velocity"]
        self._momentums, self._velocities = self.add_optimizer_variables(given, names)
        if self.amsgrad:
            self._velocity_hats = self.add_optimizer_variables(given, "velocity_hat")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its means, by its gradient."""
        place = self._get_variable_index(variable)
        gradient = cast(gradient, variable.dtype)
        first, second = still_missing(self.iterations, variable, self.beta_1, self.beta_2)
        rate = divide(multiply(cast(learning_rate, variable.dtype), sqrt(second)), first)
        mean = move_mean(self._momentums[place], gradient, 1 - self.beta_1)
        spread = move_mean(self._velocities[place], square(gradient), 1 - self.beta_2)
        if self.amsgrad:
            greatest = self._velocity_hats[place]
            spread = maximum(greatest, spread)
            greatest.assign(spread)
        change = divide(multiply(mean, rate), add(sqrt(spread), self.epsilon))
        variable.assign(subtract(variable, change))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "amsgrad": self.amsgrad,
        }

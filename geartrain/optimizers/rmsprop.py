"""RMSprop: gradients divided by the root of their recent mean square."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import add, cast, divide, multiply, sqrt, square, subtract
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class RMSprop(Optimizer):
    """v = rho * v + (1 - rho) * g²; w -= learning_rate * g / sqrt(v + epsilon).

    With `centered`, the square of the mean gradient is taken from v under the root; with
    momentum, m = momentum * m + step, and w -= m.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        rho: how much of the mean square is kept.
        momentum: how much of the last step is kept.
        epsilon: keeps the root from 0.
        centered: whether to divide by the deviation rather than by the root mean square.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5 (2012).

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.RMSprop(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.6838
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
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
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the means of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        self._velocities = self.add_optimizer_variables(given, "velocity")
        if self.momentum:
            self._momentums = self.add_optimizer_variables(given, "momentum")
        if self.centered:
            self._average_gradients = self.add_optimizer_variables(given, "average_gradient")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its means, by its gradient."""
        place = self._get_variable_index(variable)
        gradient = cast(gradient, variable.dtype)
        velocity = self._decayed(self._velocities[place], square(gradient))
        inside = velocity
        if self.centered:
            average = self._decayed(self._average_gradients[place], gradient)
            inside = subtract(velocity, square(average))
        root = sqrt(add(inside, self.epsilon))
        step = divide(multiply(cast(learning_rate, variable.dtype), gradient), root)
        if self.momentum:
            moving = self._momentums[place]
            step = add(multiply(self.momentum, moving), step)
            moving.assign(step)
        variable.assign(subtract(variable, step))

    def _decayed(self, mean: Variable, value: Any) -> Any:
        """Move a mean towards a value."""
        moved = add(multiply(self.rho, mean), multiply(1 - self.rho, value))
        mean.assign(moved)
        return moved

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }

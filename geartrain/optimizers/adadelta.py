"""Adadelta: gradients in the scale of the recent changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import add, cast, divide, multiply, negative, sqrt, square
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class Adadelta(Optimizer):
    """a = rho * a + (1 - rho) * g²; d = -g * sqrt(c + epsilon) / sqrt(a + epsilon); w += rate * d.

    c = rho * c + (1 - rho) * d² is the mean square of the changes before.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        rho: how much of the mean squares is kept.
        epsilon: keeps the roots from 0.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Zeiler, "ADADELTA: an adaptive learning rate method" (2012), algorithm 1.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Adadelta(1.0).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9986
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.95,
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
        self.rho = rho
        self.epsilon = epsilon

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the mean squares of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        names = ["accumulated_grad", "accumulated_delta_var"]
        made = self.add_optimizer_variables(given, names)
        self._accumulated_grads, self._accumulated_delta_vars = made

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its mean squares, by its gradient."""
        place = self._get_variable_index(variable)
        gradient = cast(gradient, variable.dtype)
        changes = self._accumulated_delta_vars[place]
        spread = self._decayed(self._accumulated_grads[place], gradient)
        scaled = multiply(sqrt(add(changes, self.epsilon)), gradient)
        change = negative(divide(scaled, sqrt(add(spread, self.epsilon))))
        self._decayed(changes, change)
        rate = cast(learning_rate, variable.dtype)
        variable.assign(add(variable, multiply(rate, change)))

    def _decayed(self, mean: Variable, value: Any) -> Any:
        """Move a mean square towards a value's square."""
        moved = add(multiply(self.rho, mean), multiply(1 - self.rho, square(value)))
        mean.assign(moved)
        return moved

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "epsilon": self.epsilon,
        }

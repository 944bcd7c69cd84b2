"""Adagrad: gradients divided by the root of the sum of all their squares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.initializers import Constant
from geartrain.ops import add, cast, divide, multiply, sqrt, square, subtract
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class Adagrad(Optimizer):
    """a += g²; w -= learning_rate * g / sqrt(a + epsilon).

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        initial_accumulator_value: what the sum of squares starts with.
        epsilon: keeps the root from 0.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and
    stochastic optimization" (2011).

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Adagrad(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9012
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        initial_accumulator_value: float = 0.1,
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
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the sum of squares of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        start = Constant(self.initial_accumulator_value)
        self._accumulators = self.add_optimizer_variables(given, "accumulator", start)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its sum of squares, by its gradient."""
        gradient = cast(gradient, variable.dtype)
        accumulator = self._accumulators[self._get_variable_index(variable)]
        total = add(accumulator, square(gradient))
        accumulator.assign(total)
        step = multiply(cast(learning_rate, variable.dtype), gradient)
        variable.assign(subtract(variable, divide(step, sqrt(add(total, self.epsilon)))))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }

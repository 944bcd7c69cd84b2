"""Lion: steps of one size, in the sign of a mean gradient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import add, cast, multiply, sign, subtract
from geartrain.optimizers.arguments import check_positive_share
from geartrain.optimizers.optimizer import Optimizer, Rate
from geartrain.tensor import Variable


class Lion(Optimizer):
    """w -= learning_rate * sign(b1 * m + (1 - b1) * g); m = b2 * m + (1 - b2) * g.

    As every element takes a step of the full size, the rate is some 3 to 10 times smaller than
    Adam's, and the weight decay as much larger.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        beta_1: how much of the mean gradient the sign is taken of.
        beta_2: how much of the mean gradient is kept.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Chen et al., "Symbolic discovery of optimization algorithms" (2023), algorithm 2.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Lion(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
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
        check_positive_share(self, "with 0 only the sign of the gradient is left", beta_1=beta_1)
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

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the mean gradient of every variable, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        self._momentums = self.add_optimizer_variables(given, "momentum")

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its mean gradient, by its gradient."""
        gradient = cast(gradient, variable.dtype)
        mean = self._momentums[self._get_variable_index(variable)]
        mixed = add(multiply(mean, self.beta_1), multiply(gradient, 1.0 - self.beta_1))
        step = multiply(cast(learning_rate, variable.dtype), sign(mixed))
        variable.assign(subtract(variable, step))
        mean.assign(add(multiply(mean, self.beta_2), multiply(gradient, 1.0 - self.beta_2)))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
        }
